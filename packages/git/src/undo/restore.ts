import {
	mkdir,
	open,
	readFile,
	rename,
	rm,
	utimes,
	writeFile,
} from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { hasCode } from "@llorch/core";
import { writeFileAtomic } from "@llorch/run";
import { bareDoor } from "../bare-door.ts";
import { isThere } from "../is-there.ts";
import { onDisk, type RawPath, splitNul } from "../raw-path.ts";
import { type GitDoor, git } from "../run-git.ts";
import { findCommonDir, hasRepository } from "../worktree.ts";
import { removeEmptyFolders } from "./empty-submodule.ts";
import { readIndex, watchAgain } from "./index-entries.ts";
import { CONFIGURATION } from "./keep-configuration.ts";
import { readKept } from "./kept-files.ts";
import { lookAtOne } from "./look.ts";
import { type KeptRepository, readEntries } from "./manifest.ts";
import { moveFile } from "./move-file.ts";
import { dropOperation, restoreOperation } from "./operation-state.ts";
import { covers, movedRefs, parseRefs, readRefs, restoreRefs } from "./refs.ts";
import { makeRoom, writeKeptFiles } from "./write-files.ts";

export type RestoreOptions = {
	repository: KeptRepository;
	outerRoot: string;
	/** The entry's folder for this repository. */
	folder: string;
};

/**
 * Puts one repository back as it was kept. Every step may be repeated. What is there now must have been kept by an entry of its
 * own: files are overwritten.
 */
export async function restoreRepository(
	door: GitDoor,
	options: RestoreOptions,
): Promise<void> {
	const { repository, outerRoot, folder } = options;
	const root = join(outerRoot, repository.path);
	const gitDir = resolve(outerRoot, repository.gitDir);
	if (repository.extent === "files") return restoreFiles(door, root, options);
	if (repository.extent === "clone") return restoreClone(door, options);
	await restoreConfiguration(gitDir, folder);
	if (repository.extent === "configuration") return;
	const files = await readKept(folder);
	await restoreDotGit(root, repository.dotGit);
	await dropOperation(gitDir);
	await watchAgain(door, root, await readIndex(door, root));
	// Rewrites whatever differs, the tracked and the untracked; then what filters would have changed is written raw.
	await git(door, root, ["read-tree", "--reset", "-u", repository.tree]);
	await moveBack(root, options);
	await writeKeptFiles(door, root, files);
	await restoreIndex(gitDir, join(folder, "index"), repository.indexTime);
	await restoreHead(door, root, repository.head);
	await restoreRefs(door, root, await refsToRestore(door, root, options));
	await restoreOperation(gitDir, join(folder, "state"));
}

/** Of a repository of which some files were kept: they come back, and those that were not there go. */
async function restoreFiles(
	door: GitDoor,
	root: string,
	options: RestoreOptions,
): Promise<void> {
	const read = (name: string) => readFile(join(options.folder, name));
	const absent = splitNul(await read("absent"));
	// A folder that somebody has made there since is none of ours.
	for (const path of absent)
		if ((await lookAtOne(root, path))?.kind !== "folder")
			await rm(onDisk(root, path), { force: true });
	await removeEmptyFolders(root, absent);
	for (const path of splitNul(await read("absent-folders")))
		await removeEmptyFolders(root, [`${path}/` as RawPath]);
	await moveBack(root, options);
	await writeKeptFiles(door, root, await readKept(options.folder));
	for (const path of splitNul(await read("folders")))
		await mkdir(onDisk(root, path), { recursive: true });
}

/** Puts a clone back as it was kept, once its submodule is not checked out any more. Every step may be repeated. */
async function restoreClone(
	door: GitDoor,
	options: RestoreOptions,
): Promise<void> {
	const { repository, outerRoot, folder } = options;
	const gitDir = resolve(outerRoot, repository.gitDir);
	if (await hasRepository(join(outerRoot, repository.path))) return;
	const bare = bareDoor(door, gitDir);
	await restoreConfiguration(gitDir, folder);
	await restoreIndex(gitDir, join(folder, "index"), repository.indexTime);
	await restoreHead(bare, gitDir, repository.head);
	await restoreRefs(bare, gitDir, await refsToRestore(bare, gitDir, options));
}

/** The refs that the action moved; while it had not ended, those it may have moved. */
export async function refsToRestore(
	door: GitDoor,
	root: string,
	{ repository: { scope }, folder }: RestoreOptions,
): Promise<ReturnType<typeof movedRefs>> {
	const before = await readRefsFile(join(folder, "refs"));
	const after = await readRefsFile(join(folder, "refs-after"));
	if (after !== undefined)
		return movedRefs(before ?? [], after).filter(({ name }) =>
			covers(scope, name),
		);
	return movedRefs(before ?? [], await readRefs(door, root)).filter(
		({ name, was }) =>
			covers(scope, name) &&
			// A tag that was not there before may be the user's, made since.
			(was !== undefined || !name.startsWith("refs/tags/")),
	);
}

async function readRefsFile(path: string) {
	const text = await readIfThere(path);
	return text === undefined ? undefined : parseRefs(text.toString("latin1"));
}

/** Large files that were moved into the entry go back. */
async function moveBack(
	root: string,
	{ repository, folder }: RestoreOptions,
): Promise<void> {
	for (const { path, to } of repository.moved) {
		const kept = (await isThere(join(folder, to)))
			? join(folder, to)
			: await findMoved(dirname(dirname(folder)), repository.path, path);
		if (kept === undefined) continue;
		await makeRoom(root, path as RawPath);
		await moveFile(kept, onDisk(root, path as RawPath));
	}
}

/** A large file that went back before is in the entry of whoever moved it last: it is never in two places. */
async function findMoved(
	entries: string,
	repository: string,
	path: string,
): Promise<string | undefined> {
	for (const { id, manifest } of (await readEntries(entries)).reverse())
		for (const [index, kept] of (manifest?.repositories ?? []).entries()) {
			const moved = kept.moved.find((one) => one.path === path);
			if (kept.path !== repository || moved === undefined) continue;
			const place = join(entries, id, String(index), moved.to);
			if (await isThere(place)) return place;
		}
	return undefined;
}

/** Puts a configuration back, unless somebody has changed it since the action ended. */
async function restoreConfiguration(
	gitDir: string,
	folder: string,
): Promise<void> {
	const commonDir = await findCommonDir(gitDir);
	for (const name of CONFIGURATION) {
		const path = join(commonDir, name);
		const before = await readIfThere(join(folder, name));
		const after = await readIfThere(join(folder, `${name}-after`));
		const now = await readIfThere(path);
		if (before === undefined || now?.equals(before)) continue;
		if (after !== undefined && !now?.equals(after)) continue;
		await writeFileAtomic(path, before);
	}
}

async function restoreDotGit(
	root: string,
	dotGit: string | null,
): Promise<void> {
	if (dotGit === null || (await hasRepository(root))) return;
	await mkdir(root, { recursive: true });
	await writeFile(join(root, ".git"), dotGit);
}

/** As git itself replaces an index: through `index.lock`, so that no other git writes at the same time. */
async function restoreIndex(
	gitDir: string,
	kept: string,
	time: number | null,
): Promise<void> {
	const path = join(gitDir, "index");
	if (time === null) return rm(path, { force: true });
	const lock = `${path}.lock`;
	const file = await open(lock, "wx");
	try {
		try {
			await file.writeFile(await readFile(kept));
			await file.sync();
		} finally {
			await file.close();
		}
		// git compares the times of files with that of the index to know which may have changed in the same instant: an index
		// that looks newer than it is would hide such a change, one that looks older only costs a second look.
		const seconds = Math.floor(time / 1000);
		await utimes(lock, seconds, seconds);
		await rename(lock, path);
	} catch (error) {
		await rm(lock, { force: true });
		throw error;
	}
}

async function restoreHead(
	door: GitDoor,
	root: string,
	{ branch, commit }: KeptRepository["head"],
): Promise<void> {
	const message = ["-m", "llorch git undo"];
	if (branch !== null)
		await git(door, root, ["symbolic-ref", ...message, "HEAD", branch]);
	else if (commit !== null)
		await git(door, root, [
			"update-ref",
			...message,
			"--no-deref",
			"HEAD",
			commit,
		]);
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
	try {
		return await readFile(path);
	} catch (error) {
		if (hasCode(error, "ENOENT")) return undefined;
		throw error;
	}
}
