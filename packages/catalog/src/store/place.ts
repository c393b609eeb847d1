import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { makeFolders, writeFileAtomic } from "@llorch/run";
import type { StoreContext } from "./context.ts";
import { isUnusable, makeFolder, onDisk } from "./disk.ts";
import type { Emit } from "./emitting.ts";
import { labelOf, nameOf } from "./expected.ts";
import { resolveLink } from "./find-file.ts";
import { isCommit, linkTarget, type RepoLayout } from "./layout.ts";
import { putSymlink } from "./symlink.ts";
import type { FileRequest } from "./types.ts";

/**
 * Makes a blob findable for hf, llama.cpp and ourselves: the link in `snapshots/`, our ref that keeps `hf cache prune` away, and
 * the ref of the branch when the hub has just told what it stands for. Returns the path of the link.
 */
export async function placeInCache(
	{ placed }: StoreContext,
	request: FileRequest,
	place: {
		layout: RepoLayout;
		commit: string;
		/** The real file. */
		blob: string;
		fromHub: boolean;
	},
	emit: Emit,
): Promise<string> {
	const { layout, commit, blob, fromHub } = place;
	const { revision } = request;
	const name = nameOf(request);
	const snapshot = layout.snapshot(commit, request.path);
	const made = await linkSnapshot(snapshot, blob);
	await placed.add(snapshot, name, made);
	try {
		await writeRef(layout.ownRef(commit), commit);
		if (fromHub && !isCommit(revision)) {
			const ref = layout.ref(revision);
			if (await writeRef(ref, commit)) await placed.add(ref, name, true);
		}
	} catch (error) {
		// The file can be used as it is from a cache that is only to be read.
		if (made || !isUnusable(error)) throw error;
		emit({
			type: "note",
			level: "warn",
			text: `${labelOf(request)}: ${error.message}, so nothing keeps hf cache prune from deleting it`,
		});
	}
	return snapshot;
}

/** Returns whether the link was made now; it may have been there, also as a real file (HF_HUB_DISABLE_SYMLINKS). */
async function linkSnapshot(snapshot: string, blob: string): Promise<boolean> {
	if ((await resolveLink(snapshot)) === (await resolveLink(blob))) return false;
	await makeFolder(dirname(snapshot));
	await putSymlink(snapshot, linkTarget(snapshot, blob));
	return true;
}

/** Forty hex digits and no line end: with one, hf cannot use the ref offline. Returns whether it was written. */
async function writeRef(path: string, commit: string): Promise<boolean> {
	return onDisk(path, async () => {
		if ((await readFile(path, "utf8").catch(() => "")) === commit) return false;
		await makeFolders(dirname(path));
		await writeFileAtomic(path, commit);
		return true;
	});
}
