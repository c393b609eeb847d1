import { lstat, readdir, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { hasCode } from "@llorch/core";
import { type GitDoor, gitValue } from "../run-git.ts";
import { findCommonDir } from "../worktree.ts";
import { BEGUN } from "./act.ts";
import type { UndoContext } from "./context.ts";
import { entriesFolder, type UndoManifest } from "./manifest.ts";

/**
 * Removes what a killed git left behind: its lock files, and halves of clones. Only what is younger than the entry goes: that can
 * only be of what the action ran.
 */
export async function removeLeftovers(
	context: UndoContext,
	manifest: UndoManifest,
): Promise<void> {
	const { outer } = context;
	const begun = join(entriesFolder(outer), manifest.id, BEGUN);
	const { mtimeMs } = await stat(begun);
	for (const { path, gitDir, cloned } of manifest.checksOut)
		if (cloned)
			await removeHalfClone(
				context,
				join(outer.root, path),
				resolve(outer.root, gitDir),
			);
	for (const { gitDir } of [...manifest.repositories, ...manifest.checksOut])
		for (const lock of await findLocks(resolve(outer.root, gitDir)))
			if ((await changedAt(lock)) >= mtimeMs) await rm(lock, { force: true });
}

async function findLocks(gitDir: string): Promise<string[]> {
	const commonDir = await findCommonDir(gitDir);
	const found: string[] = [];
	for (const folder of new Set([gitDir, commonDir])) {
		for (const name of await list(folder))
			if (name.endsWith(".lock")) found.push(join(folder, name));
		for (const name of await list(join(folder, "refs"), true))
			if (name.endsWith(".lock")) found.push(join(folder, "refs", name));
	}
	return found;
}

/** A clone that got as far as a commit is whole; of one that did not, nothing can be somebody's work. */
async function removeHalfClone(
	door: GitDoor,
	root: string,
	gitDir: string,
): Promise<void> {
	if ((await list(gitDir)).length === 0) return;
	const commit = await gitValue(door, gitDir, ["rev-list", "-n1", "--all"], {
		env: { GIT_DIR: gitDir, GIT_WORK_TREE: gitDir },
	});
	if (commit !== undefined && commit !== "") return;
	await rm(gitDir, { recursive: true, force: true });
	await rm(join(root, ".git"), { force: true });
}

/** The time a file was changed or made, in milliseconds. A changed modification time does not hide it. */
async function changedAt(path: string): Promise<number> {
	try {
		return (await lstat(path)).ctimeMs;
	} catch (error) {
		if (hasCode(error, "ENOENT")) return 0;
		throw error;
	}
}

async function list(folder: string, recursive = false): Promise<string[]> {
	try {
		return await readdir(folder, { recursive });
	} catch (error) {
		if (hasCode(error, "ENOENT", "ENOTDIR")) return [];
		throw error;
	}
}
