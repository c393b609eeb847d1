import { execFileSync } from "node:child_process";
import {
	chmodSync,
	existsSync,
	lstatSync,
	mkdirSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

/** Names that break tools: each is bytes, one character per byte. */
export const NAMES = [
	"plain.txt",
	"with space.txt",
	"quo\"te's.txt",
	"-rf",
	"new\nline.txt",
	"carriage\r",
	"back\\slash",
	"not-utf8-\xff\xfe.bin",
	"\xc3\xa4\xc3\xb6.txt",
	"deep/er/file.txt",
	"deep",
	":(glob)*",
	"tab\there",
	"upstream.txt",
	"up/stream.txt",
	"up",
] as const;

export const CONTENTS = [
	"",
	"one line\n",
	"dos\r\nline\r\nends\r\n",
	"mixed\r\nand\nnot",
	"\0binary\xff\xfe\0",
	"$Id$ and a \u0007 bell",
	`${"a large one\n".repeat(500)}`,
] as const;

const TRACKED = [
	"README.md",
	"src/lib.rs",
	"kernel.cu",
	"Cargo.toml",
	"bin/run.sh",
];

export const WHERE = [
	".",
	"reference/candle",
	"reference/candle/kernels",
	"reference/llama.cpp",
] as const;

/** Something a developer (or a tool) does to a working tree. */
export type Mutation = {
	where: (typeof WHERE)[number];
	what: (typeof MUTATIONS)[number];
	name: number;
	content: number;
};

export const MUTATIONS = [
	"write untracked",
	"write private",
	"write executable",
	"write link",
	"write dangling link",
	"modify tracked",
	"modify and stage",
	"stage and modify again",
	"delete tracked",
	"delete tracked staged",
	"rename tracked",
	"untrack",
	"toggle executable",
	"tracked to link",
	"tracked to folder",
	"folder to file",
	"intent to add",
	"stage everything",
	"commit everything",
	"ignored file",
	"ignored in the way",
	"empty folder",
	"detach",
	"new branch",
	"orphan branch",
	"merge conflict",
	"rebase conflict",
	"cherry-pick conflict",
	"assume unchanged",
	"skip worktree",
	"attributes",
	"stash",
	"tag",
	"deinit",
	"split index",
	"bisect",
	"touch",
] as const;

/** Runs git as a user would; a failure is allowed where the state does not permit the command. */
function run(
	cwd: string,
	env: Record<string, string>,
	...args: string[]
): boolean {
	try {
		execFileSync("git", args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
		return true;
	} catch {
		return false;
	}
}

export function mutate(
	root: string,
	env: Record<string, string>,
	{ where, what, name, content }: Mutation,
): void {
	const folder = join(root, where);
	if (!existsSync(join(folder, ".git"))) return;
	const git = (...args: string[]) => run(folder, env, ...args);
	const path = NAMES[name % NAMES.length] as string;
	const text = Buffer.from(CONTENTS[content % CONTENTS.length] ?? "", "latin1");
	const tracked = TRACKED.filter((one) => existsSync(join(folder, one)));
	const file = tracked[(name + content) % (tracked.length || 1)];
	const write = (to: string, mode = 0o644) => put(folder, to, text, mode);
	switch (what) {
		case "write untracked":
			write(path);
			return;
		case "write private":
			write(path, 0o600);
			return;
		case "write executable":
			write(path, 0o755);
			return;
		case "write link":
			link(folder, path, "README.md");
			return;
		case "write dangling link":
			link(folder, path, "/nowhere/\xff");
			return;
		case "ignored file":
			write(`${path}.log`);
			return;
		case "ignored in the way":
			write("target/debug/ignored.o");
			return;
		case "empty folder":
			try {
				mkdirSync(disk(folder, `${path}.d/empty`), { recursive: true });
			} catch {}
			return;
		case "intent to add":
			write(path);
			git("add", "--intent-to-add", ".");
			return;
		case "stage everything":
			git("add", "--all");
			return;
		case "commit everything":
			write(path);
			git("add", "--all");
			git("commit", "-qm", "mine");
			return;
		case "detach":
			git("checkout", "-q", "--detach");
			git("commit", "-q", "--allow-empty", "-m", "only HEAD has it");
			return;
		case "new branch":
			git("switch", "-qc", "topic/mine");
			return;
		case "orphan branch":
			git("checkout", "-q", "--orphan", "fresh");
			return;
		case "merge conflict":
			conflict("merge");
			return;
		case "rebase conflict":
			conflict("rebase");
			return;
		case "cherry-pick conflict":
			conflict("cherry-pick");
			return;
		case "stash":
			git("stash", "-q");
			return;
		case "tag":
			git("tag", "-am", "mine", "v-mine");
			return;
		case "deinit":
			git(
				"submodule",
				"deinit",
				"-f",
				"--",
				where === "." ? "reference/mistral.rs" : "kernels",
			);
			return;
		case "split index":
			git("update-index", "--split-index");
			return;
		case "bisect":
			git("bisect", "start");
			return;
		case "attributes":
			put(
				folder,
				".gitattributes",
				Buffer.from("* text=auto eol=lf\n*.md ident\n"),
				0o644,
			);
			return;
		default:
	}
	if (file === undefined) return;
	switch (what) {
		case "modify tracked":
			write(file);
			return;
		case "modify and stage":
			write(file);
			git("add", "--", file);
			return;
		case "stage and modify again":
			write(file);
			git("add", "--", file);
			put(folder, file, Buffer.concat([text, Buffer.from("more")]), 0o644);
			return;
		case "delete tracked":
			rmSync(join(folder, file), { force: true, recursive: true });
			return;
		case "delete tracked staged":
			git("rm", "-qf", "--", file);
			return;
		case "rename tracked":
			git("mv", "--", file, "renamed here.txt");
			return;
		case "untrack":
			git("rm", "-q", "--cached", "--", file);
			return;
		case "toggle executable":
			if (lstatSync(join(folder, file)).isFile())
				chmodSync(join(folder, file), 0o755);
			return;
		case "tracked to link":
			link(folder, file, "elsewhere");
			return;
		case "tracked to folder":
			rmSync(join(folder, file), { force: true, recursive: true });
			write(`${file}/inside.txt`);
			write(`${file}/inside.log`);
			return;
		case "folder to file":
			if (dirname(file) === ".") return;
			rmSync(join(folder, dirname(file)), { force: true, recursive: true });
			write(dirname(file));
			return;
		case "assume unchanged":
			git("update-index", "--assume-unchanged", "--", file);
			write(file);
			return;
		case "skip worktree":
			git("update-index", "--skip-worktree", "--", file);
			write(file);
			return;
		case "touch":
			put(folder, file, Buffer.from("same?"), 0o644);
			return;
		default:
	}

	function conflict(by: "merge" | "rebase" | "cherry-pick"): void {
		git("switch", "-qfC", "side");
		put(folder, "both.txt", Buffer.from("theirs\n"), 0o644);
		git("add", "both.txt");
		git("commit", "-qm", "theirs");
		git("switch", "-qC", "ours", "HEAD~1");
		put(folder, "both.txt", Buffer.from("ours\n"), 0o644);
		git("add", "both.txt");
		git("commit", "-qm", "ours");
		git(by, "side");
	}
}

function disk(folder: string, path: string): Buffer {
	return Buffer.concat([
		Buffer.from(`${folder}/`),
		Buffer.from(path, "latin1"),
	]);
}

/** Writes a file, whatever was there, as an editor or a build would. Does nothing where a folder is in the way. */
function put(folder: string, path: string, text: Buffer, mode: number): void {
	try {
		mkdirSync(disk(folder, dirname(path)), { recursive: true });
		// Also where the link leads nowhere.
		const there = lstatSync(disk(folder, path), { throwIfNoEntry: false });
		if (there?.isSymbolicLink()) rmSync(disk(folder, path));
		writeFileSync(disk(folder, path), text, { mode });
		chmodSync(disk(folder, path), mode);
	} catch (error) {
		if (!/ENOTDIR|EISDIR|EEXIST/.test(String(error))) throw error;
	}
}

function link(folder: string, path: string, target: string): void {
	try {
		mkdirSync(disk(folder, dirname(path)), { recursive: true });
		rmSync(disk(folder, path), { force: true });
		symlinkSync(Buffer.from(target, "latin1"), disk(folder, path));
	} catch (error) {
		if (!/ENOTDIR|EISDIR|EEXIST|ERR_FS_EISDIR/.test(String(error))) throw error;
	}
}
