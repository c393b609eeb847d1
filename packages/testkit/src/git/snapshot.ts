import { execFileSync } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { lstatSync, readFileSync, readlinkSync } from "node:fs";

/** Everything that must be the same again after an undo, for a repository and every submodule that is checked out. */
export type Snapshot = Record<
	string,
	{
		head: string;
		refs: string[];
		index: string[];
		status: string[];
		files: string[];
	}
>;

/**
 * Symbolic HEAD, refs (but those that keep undo entries), index with all stages, status, and mode and SHA-256 of every
 * file that is not ignored. Names are bytes, one character each.
 */
export function snapshot(
	root: string,
	env: Record<string, string>,
	name = ".",
): Snapshot {
	const [head = "", commit = "", refs = "", index = "", status = "", ...names] =
		ask(root, env);
	const taken: Snapshot = {
		[name]: {
			head: head + commit,
			refs: refs
				.split("\n")
				.filter((line) => line !== "" && !line.startsWith("refs/llorch/")),
			index: lines(index),
			status: lines(status),
			files: describeFiles(root, names.flatMap(lines)),
		},
	};
	for (const line of lines(index)) {
		const [, path] = /^160000 [^\t]+\t(.*)$/s.exec(line) ?? [];
		if (path === undefined) continue;
		const text = Buffer.from(path, "latin1").toString();
		const folder = `${root}/${text}`;
		if (exists(`${folder}/.git`))
			Object.assign(taken, snapshot(folder, env, `${name}/${text}`));
	}
	return taken;
}

const QUESTIONS = [
	"symbolic-ref -q HEAD",
	"rev-parse -q --verify HEAD",
	"for-each-ref '--format=%(refname) %(objectname) %(symref)'",
	"ls-files -s -z",
	"status --porcelain=v2 --branch -z -uall",
	"ls-files -z",
	"ls-files -o -z --exclude-standard",
];

/** What git answers; "none" where it cannot. One shell starts them all: to start a process is dear for a large one like this. */
function ask(cwd: string, env: Record<string, string>): string[] {
	const mark = randomUUID();
	const script = QUESTIONS.map(
		(question) => `git ${question} || printf 'none\\0'; printf ${mark}`,
	);
	const answers = execFileSync("/bin/sh", ["-c", script.join("\n")], {
		cwd,
		env,
		encoding: "latin1",
		stdio: ["ignore", "pipe", "ignore"],
		maxBuffer: 1e9,
	});
	return answers.split(mark).slice(0, -1);
}

function lines(text: string): string[] {
	return text.split("\0").filter((line) => line !== "");
}

function describeFiles(root: string, paths: readonly string[]): string[] {
	return [...new Set(paths)].sort().flatMap((path) => {
		const file = Buffer.concat([
			Buffer.from(`${root}/`),
			Buffer.from(path, "latin1"),
		]);
		try {
			const stats = lstatSync(file);
			if (stats.isSymbolicLink())
				return `link ${readlinkSync(file, "latin1")} ${path}`;
			if (!stats.isFile()) return [];
			const digest = createHash("sha256").update(readFileSync(file));
			return `${(stats.mode & 0o7777).toString(8)} ${digest.digest("hex")} ${path}`;
		} catch {
			return [];
		}
	});
}

function exists(path: string): boolean {
	try {
		lstatSync(path);
		return true;
	} catch {
		return false;
	}
}
