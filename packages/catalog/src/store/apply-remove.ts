import { rm, rmdir, stat, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { hasCode } from "@llorch/core";
import { acquireLock, type Lock } from "@llorch/run";
import type { StoreContext } from "./context.ts";
import { onDisk } from "./disk.ts";
import { identify, isAbsent, kindOf } from "./file-identity.ts";
import { LOCK_SUFFIX, layoutIn, PARTIAL_SUFFIX } from "./layout.ts";
import { readSnapshots } from "./repo-contents.ts";
import type { Removed, RemovePlan } from "./types.ts";

/** `Store.applyRemove`. Throws LLORCH_LOCKED, before anything is removed, while one of the files is being downloaded. */
export async function applyRemove(
	context: StoreContext,
	plan: RemovePlan,
): Promise<Removed> {
	const files = [...plan.blobs, ...plan.partials].map(({ path }) =>
		path.endsWith(PARTIAL_SUFFIX)
			? path.slice(0, -PARTIAL_SUFFIX.length)
			: path,
	);
	const locks: Lock[] = [];
	try {
		for (const path of new Set(files))
			if ((await kindOf(dirname(path))) === "folder")
				locks.push(
					await acquireLock(path + LOCK_SUFFIX, { clock: context.clock }),
				);
		return await onDisk(context.cache, () => remove(context, plan));
	} finally {
		for (const lock of locks) await lock.release();
		for (const path of [...plan.snapshots, ...plan.refs, ...files])
			await removeEmptyFolders(dirname(path), context.cache);
	}
}

async function remove(
	{ placed, ledger }: StoreContext,
	plan: RemovePlan,
): Promise<Removed> {
	const removed: string[] = [];
	let freedBytes = 0;
	// A file that has come to stand where a link was planned to go is not the one that was asked about.
	for (const path of [...plan.links, ...plan.snapshots]) {
		if ((await kindOf(path)) !== "link") continue;
		await unlink(path);
		removed.push(path);
	}
	for (const { path, name } of plan.released ?? [])
		await placed.release(path, name);
	for (const path of plan.snapshots) await placed.remove(path);
	for (const path of plan.refs) {
		await rm(path, { force: true });
		await placed.remove(path);
		removed.push(path);
	}
	for (const { path, bytes } of [...plan.blobs, ...plan.partials]) {
		const identity = await identify(path);
		if (identity === undefined || (await isLinked(path))) continue;
		const { nlink } = await stat(path);
		await unlink(path);
		await ledger.forget(identity);
		if (nlink === 1) freedBytes += bytes;
		removed.push(path);
	}
	return { removed, freedBytes };
}

/** Another tool may have made a link since the plan. */
async function isLinked(blob: string): Promise<boolean> {
	const entries = await readSnapshots(layoutIn(dirname(dirname(blob))));
	return entries.some(({ leadsTo }) => leadsTo === blob);
}

/** Up to the cache's own folder, which stays. */
async function removeEmptyFolders(folder: string, top: string): Promise<void> {
	if (!folder.startsWith(`${top}/`)) return;
	try {
		await rmdir(folder);
	} catch (error) {
		if (isAbsent(error)) return removeEmptyFolders(dirname(folder), top);
		if (hasCode(error, "ENOTEMPTY", "EEXIST")) return;
		throw error;
	}
	await removeEmptyFolders(dirname(folder), top);
}
