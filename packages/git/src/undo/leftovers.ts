import {
	lstat,
	readdir,
	realpath,
	rm,
	utimes,
	writeFile,
} from "node:fs/promises";
import { join, resolve } from "node:path";
import { hasCode } from "@llorch/core";
import { HEARTBEAT_MS } from "@llorch/run";
import { gitValue } from "../run-git.ts";
import { findCommonDir, type Worktree } from "../worktree.ts";
import type { UndoContext } from "./context.ts";
import { busy } from "./keep.ts";
import {
	type CheckedOut,
	entriesFolder,
	readEntries,
	type UndoManifest,
} from "./manifest.ts";

// Their times, by the clock of the file system, tell lock files of what an action ran from older and younger ones.
const BEGUN = "begun";
const ENDED = "ended";

// The last sign of life is a heartbeat old, more on a busy machine, and what a killed llorch ran outlives it by a second.
const DEATH_MS = HEARTBEAT_MS + 5_000;

/** Notes in an entry's folder that its action begins. */
export async function noteBegin(folder: string): Promise<void> {
	await writeFile(join(folder, BEGUN), "");
}

/** Notes that it has ended before it was done, and nothing that it ran lives. */
export async function noteEnd(folder: string): Promise<void> {
	await writeFile(join(folder, ENDED), "");
}

/** Notes by when the actions had ended that a killed holder of the lock has left open. */
export async function noteDeath(
	outer: Worktree,
	lastSeen: number,
): Promise<void> {
	for (const { id, manifest } of await readEntries(entriesFolder(outer))) {
		if (manifest === undefined || manifest.state === "done") continue;
		const folder = join(entriesFolder(outer), id);
		if ((await timesOf(join(folder, ENDED))) !== undefined) continue;
		await noteEnd(folder);
		const seconds = (lastSeen + DEATH_MS) / 1000;
		await utimes(join(folder, ENDED), seconds, seconds);
	}
}

/**
 * Removes what a killed git left behind: its lock files, and halves of clones. Only a lock file that was made while the action ran
 * can be of what it ran. Throws LLORCH_GIT_BUSY for a younger one: that git may be at work.
 */
export async function removeLeftovers(
	context: UndoContext,
	manifest: UndoManifest,
): Promise<void> {
	const { outer } = context;
	const folder = join(entriesFolder(outer), manifest.id);
	const begun = await timesOf(join(folder, BEGUN));
	const ended = await timesOf(join(folder, ENDED));
	const locks: string[] = [];
	for (const { path, gitDir } of [
		...manifest.repositories,
		...manifest.checksOut,
	])
		for (const lock of await findLocks(resolve(outer.root, gitDir))) {
			// A changed modification time does not hide when it was changed or made.
			const { ctimeMs } = (await timesOf(lock)) ?? { ctimeMs: 0 };
			if (ctimeMs < (begun?.mtimeMs ?? Number.POSITIVE_INFINITY)) continue;
			if (ctimeMs > (ended?.mtimeMs ?? 0))
				throw busy(join(outer.root, path), lock);
			locks.push(lock);
		}
	for (const lock of locks) await rm(lock, { force: true });
	for (const checkedOut of manifest.checksOut)
		await removeHalfClone(context, checkedOut);
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
	context: UndoContext,
	{ path, gitDir: place, modules, cloned }: CheckedOut,
): Promise<void> {
	const { root } = context.outer;
	if (!cloned || modules === undefined) return;
	const gitDir = resolve(root, place);
	if ((await list(gitDir)).length === 0) return;
	const clones = await realpath(resolve(root, modules));
	if (!(await realpath(gitDir)).startsWith(`${clones}/`)) return;
	const commit = await gitValue(context, gitDir, ["rev-list", "-n1", "--all"], {
		env: { GIT_DIR: gitDir, GIT_WORK_TREE: gitDir },
	});
	if (commit !== undefined && commit !== "") return;
	if (await holdsAnother(gitDir)) return;
	await rm(gitDir, { recursive: true, force: true });
	await rm(join(root, path, ".git"), { force: true });
}

/** Whether there is another repository in a git dir. */
async function holdsAnother(gitDir: string): Promise<boolean> {
	const entries = await readdir(gitDir, {
		recursive: true,
		withFileTypes: true,
	});
	return entries.some(
		(entry) => entry.name === "objects" && entry.parentPath !== gitDir,
	);
}

async function timesOf(path: string) {
	try {
		return await lstat(path);
	} catch (error) {
		if (hasCode(error, "ENOENT")) return undefined;
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
