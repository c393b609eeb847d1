import { lstat, rm, rmdir, unlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { hasCode, LlorchError, quotePosix } from "@llorch/core";
import { foldersAbove, onDisk, type RawPath } from "../raw-path.ts";
import { chomp, type GitDoor, git } from "../run-git.ts";
import type { KeptFile } from "./hash-files.ts";
import { readIndex } from "./index-entries.ts";

/** The tree without any entry, under its name in this repository (SHA-1 or SHA-256). */
export async function emptyTree(door: GitDoor, root: string): Promise<string> {
	const args = ["hash-object", "-t", "tree", "-w", "--stdin"];
	return chomp((await git(door, root, args, { stdin: "" })).toString());
}

/**
 * Takes a submodule's working tree away, as if it had never been checked out; its clone stays. `kept` are the files that an undo
 * entry has; what is ignored stays where it is.
 */
export async function emptySubmodule(
	door: GitDoor,
	root: string,
	kept: readonly KeptFile[],
): Promise<void> {
	await refuseOwnGitDir(root, root);
	const tracked = await readIndex(door, root);
	await git(door, root, [
		"read-tree",
		"--reset",
		"-u",
		await emptyTree(door, root),
	]);
	// An empty one would be taken for everything being staged for removal.
	const index = await git(door, root, ["rev-parse", "--git-path", "index"]);
	await rm(resolve(root, chomp(index.toString())), { force: true });
	for (const { path } of kept)
		await ignoring(unlink(onDisk(root, path)), "ENOENT", "ENOTDIR");
	await rm(join(root, ".git"));
	await removeEmptyFolders(
		root,
		[...tracked, ...kept].map(({ path }) => path),
	);
}

/** Throws LLORCH_GIT_IN_THE_WAY for a submodule whose clone is its own `.git`: without its files, nothing would be left to find it by. */
export async function refuseOwnGitDir(
	root: string,
	path: string,
): Promise<void> {
	if (!(await lstat(join(root, ".git"))).isDirectory()) return;
	throw new LlorchError(
		"LLORCH_GIT_IN_THE_WAY",
		`${path} has its clone in a .git folder of its own, so its folder cannot be left`,
		{
			hint: `Let the repository have the clone, then try again: ${quotePosix(["git", "submodule", "absorbgitdirs", path])}`,
			details: { path },
		},
	);
}

/** Removes the folders above these paths that have nothing in them any more, inner ones first. The root stays. */
export async function removeEmptyFolders(
	root: string,
	paths: readonly RawPath[],
): Promise<void> {
	const folders = new Set(paths.flatMap(foldersAbove));
	for (const folder of [...folders].sort((a, b) => b.length - a.length))
		await ignoring(
			rmdir(onDisk(root, folder)),
			"ENOENT",
			"ENOTEMPTY",
			"EEXIST",
			"ENOTDIR",
		);
}

async function ignoring(
	work: Promise<void>,
	...codes: string[]
): Promise<void> {
	await work.catch((error) => {
		if (!hasCode(error, ...codes)) throw error;
	});
}
