import { lstat, readFile, realpath, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { hasCode, LlorchError } from "@llorch/core";
import {
	chomp,
	type GitDoor,
	mainComplaint,
	ownershipHint,
	runGit,
} from "./run-git.ts";

/** A working tree with the folders git keeps about it; absolute paths. */
export type Worktree = {
	root: string;
	/** Its own: HEAD, index, operations in progress. */
	gitDir: string;
	/** Shared with the repository's other worktrees: objects, branches, configuration. Usually the same folder. */
	commonDir: string;
};

/** The worktree whose root this is, or undefined when there is none: read from disk, without git. */
export async function readWorktree(
	root: string,
): Promise<Worktree | undefined> {
	const dotGit = join(root, ".git");
	const gitDir = await findGitDir(dotGit);
	if (gitDir === undefined) return undefined;
	return { root, gitDir, commonDir: await findCommonDir(gitDir) };
}

/** Where a git dir keeps what all worktrees of its repository share. */
export async function findCommonDir(gitDir: string): Promise<string> {
	try {
		const shared = await readFile(join(gitDir, "commondir"), "utf8");
		return resolve(gitDir, chomp(shared));
	} catch (error) {
		if (hasCode(error, "ENOENT")) return gitDir;
		throw error;
	}
}

/** A `.git` is the folder itself, or a file with one line `gitdir: PATH` (gitrepository-layout(5)). */
async function findGitDir(dotGit: string): Promise<string | undefined> {
	try {
		if ((await stat(dotGit)).isDirectory()) return dotGit;
		const [, path] =
			/^gitdir: ([^\0]+?)\n*$/.exec(await readFile(dotGit, "utf8")) ?? [];
		return path === undefined ? undefined : resolve(dirname(dotGit), path);
	} catch (error) {
		if (hasCode(error, "ENOENT", "ENOTDIR")) return undefined;
		throw error;
	}
}

/** Whether anything with a `.git` is there; where that may not be known, yes: then nobody takes it for an empty place. */
export async function hasRepository(folder: string | Buffer): Promise<boolean> {
	try {
		await lstat(
			typeof folder === "string"
				? join(folder, ".git")
				: Buffer.concat([folder, Buffer.from("/.git")]),
		);
		return true;
	} catch (error) {
		if (hasCode(error, "ENOENT", "ENOTDIR")) return false;
		if (hasCode(error, "EACCES", "EPERM", "ELOOP")) return true;
		throw error;
	}
}

/**
 * The outermost working tree around a folder: from inside a submodule it is the repository that the submodule is part of.
 * Throws LLORCH_GIT_NOT_A_REPOSITORY, LLORCH_GIT_NO_WORKTREE (bare, or inside `.git`), LLORCH_GIT_FAILED.
 */
export async function findWorktree(
	door: GitDoor,
	folder: string,
): Promise<Worktree> {
	const plain = await findPlainRoot(folder);
	if (plain !== undefined) return plain;
	let root = await askGit(door, folder, "--show-toplevel");
	for (;;) {
		const outer = await askGit(door, root, "--show-superproject-working-tree");
		if (outer === "") break;
		root = outer;
	}
	const worktree = await readWorktree(root);
	if (worktree !== undefined) return worktree;
	// `--separate-git-dir` with GIT_WORK_TREE, or core.worktree: git knows more than the disk shows.
	const gitDir = await askGit(door, root, "--absolute-git-dir");
	const common = await askGit(door, root, "--git-common-dir");
	return { root, gitDir, commonDir: resolve(root, common) };
}

/**
 * The root, where the disk alone tells it: the only `.git` on the way up is a folder, so it is no submodule of anything. Every
 * other case is for git to decide.
 */
async function findPlainRoot(folder: string): Promise<Worktree | undefined> {
	const start = await realpath(folder);
	let found: string | undefined;
	for (let at = start; ; at = dirname(at)) {
		if (await hasRepository(at)) {
			if (found !== undefined) return undefined;
			found = at;
		}
		if (at === dirname(at)) break;
	}
	if (found === undefined) return undefined;
	const gitDir = join(found, ".git");
	// `core.worktree` moves the files elsewhere; and inside of `.git` there are none.
	const isPlain =
		(await lstat(gitDir)).isDirectory() &&
		!`${start}/`.startsWith(`${gitDir}/`) &&
		(await hasRepositoryFiles(gitDir));
	return isPlain ? readWorktree(found) : undefined;
}

async function hasRepositoryFiles(gitDir: string): Promise<boolean> {
	try {
		await lstat(join(gitDir, "HEAD"));
		return !/^\s*(worktree\s*=|bare\s*=\s*true)/im.test(
			await readFile(join(gitDir, "config"), "utf8"),
		);
	} catch {
		return false;
	}
}

async function askGit(
	door: GitDoor,
	folder: string,
	question: string,
): Promise<string> {
	const args = ["rev-parse", question];
	const { stdout, stderr, result } = await runGit(door, folder, args);
	if ("exitCode" in result && result.exitCode === 0)
		return chomp(stdout.toString());
	throw explain(folder, stderr);
}

function explain(folder: string, stderr: string): LlorchError {
	if (stderr.includes("not a git repository"))
		return new LlorchError(
			"LLORCH_GIT_NOT_A_REPOSITORY",
			`${folder} is not in a git repository`,
			{
				hint: "Go into the repository, name it with --cwd, or set general.repo_root.",
				details: { folder },
			},
		);
	if (stderr.includes("must be run in a work tree"))
		return new LlorchError(
			"LLORCH_GIT_NO_WORKTREE",
			`${folder} is a bare repository, or the inside of one: there are no files here`,
			{
				hint: "Go to a clone or worktree of it.",
				details: { folder },
			},
		);
	return new LlorchError(
		"LLORCH_GIT_FAILED",
		`git cannot read the repository around ${folder}: ${mainComplaint(stderr)}`,
		{
			...ownershipHint(folder, stderr),
			details: { folder, stderr: stderr.slice(0, 4000) },
		},
	);
}
