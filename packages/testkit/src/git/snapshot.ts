import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
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
	const git = (...args: string[]) => {
		try {
			return execFileSync("git", args, {
				cwd: root,
				env,
				encoding: "latin1",
				stdio: ["ignore", "pipe", "ignore"],
				maxBuffer: 1e9,
			});
		} catch {
			return "none\0";
		}
	};
	const lines = (text: string) =>
		text.split("\0").filter((line) => line !== "");
	const index = lines(git("ls-files", "-s", "-z"));
	const taken: Snapshot = {
		[name]: {
			head:
				git("symbolic-ref", "-q", "HEAD") +
				git("rev-parse", "-q", "--verify", "HEAD"),
			refs: git("for-each-ref", "--format=%(refname) %(objectname) %(symref)")
				.split("\n")
				.filter((line) => line !== "" && !line.startsWith("refs/llorch/")),
			index,
			status: lines(git("status", "--porcelain=v2", "--branch", "-z", "-uall")),
			files: describeFiles(root, [
				...lines(git("ls-files", "-z")),
				...lines(git("ls-files", "-o", "-z", "--exclude-standard")),
			]),
		},
	};
	for (const line of index) {
		const [, path] = /^160000 [^\t]+\t(.*)$/s.exec(line) ?? [];
		if (path === undefined) continue;
		const text = Buffer.from(path, "latin1").toString();
		const folder = `${root}/${text}`;
		if (exists(`${folder}/.git`))
			Object.assign(taken, snapshot(folder, env, `${name}/${text}`));
	}
	return taken;
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
