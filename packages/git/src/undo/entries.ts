import { readdir, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { bareDoor } from "../bare-door.ts";
import { isThere } from "../is-there.ts";
import { type GitDoor, git } from "../run-git.ts";
import type { UndoContext } from "./context.ts";
import { entriesFolder, readEntries, type UndoManifest } from "./manifest.ts";
import { deleteRef, UNDO_REFS, updateRefs } from "./refs.ts";

/** An undo entry, for people and programs. */
export type UndoEntry = {
	id: string;
	action: UndoManifest["action"];
	what: string;
	/** ISO 8601, UTC. */
	at: string;
	state: UndoManifest["state"];
	/** The entry that took this one back, if one did. */
	undoneBy: string | null;
	repositories: string[];
	/** Bytes that removing the entry would free, before git packs. */
	size: number;
	/** ISO 8601, UTC: when it expires. */
	until: string;
};

const DAY_MS = 86_400_000;

/** Every entry with its size, the newest first. */
export async function listEntries(context: UndoContext): Promise<UndoEntry[]> {
	const entries = await readEntries(entriesFolder(context.outer));
	const listed: UndoEntry[] = [];
	for (const { manifest } of entries.reverse()) {
		if (manifest === undefined) continue;
		listed.push({
			id: manifest.id,
			action: manifest.action,
			what: manifest.what,
			at: manifest.startedAt,
			state: manifest.state,
			undoneBy: manifest.undoneBy ?? null,
			repositories: manifest.repositories.map(({ path }) => path),
			size: await measureEntry(context, manifest),
			until: new Date(
				Date.parse(manifest.startedAt) + context.days * DAY_MS,
			).toISOString(),
		});
	}
	return listed;
}

/**
 * Removes the entries that have expired (or all that have ended), but not those in `except`, nor one that an undo which was
 * interrupted still needs. Returns their ids. Needs the lock.
 */
export async function pruneEntries(
	context: UndoContext,
	{ all = false, except = [] }: { all?: boolean; except?: string[] } = {},
): Promise<string[]> {
	const oldest = context.clock.now() - context.days * DAY_MS;
	const removed: string[] = [];
	const entries = await readEntries(entriesFolder(context.outer));
	const needed = new Set([
		...except,
		...entries.flatMap(({ manifest }) =>
			manifest?.state === "acting" ? (manifest.undoes ?? []) : [],
		),
	]);
	for (const { id, manifest } of entries) {
		if (manifest === undefined || manifest.state !== "done") continue;
		if (needed.has(id)) continue;
		if (!all && Date.parse(manifest.startedAt) >= oldest) continue;
		await removeEntry(context, manifest);
		removed.push(manifest.id);
	}
	return removed;
}

/** Removes an entry: first what holds its commits, then its folder. */
export async function removeEntry(
	context: UndoContext,
	manifest: UndoManifest,
): Promise<void> {
	for (const repository of manifest.repositories) {
		const gitDir = resolve(context.outer.root, repository.gitDir);
		const refs = await entryRefs(context, gitDir, manifest.id);
		await updateRefs(bareDoor(context, gitDir), gitDir, refs.map(deleteRef));
	}
	await rm(join(entriesFolder(context.outer), manifest.id), {
		recursive: true,
		force: true,
	});
}

async function entryRefs(
	door: GitDoor,
	gitDir: string,
	id: string,
): Promise<string[]> {
	try {
		const refs = await git(bareDoor(door, gitDir), gitDir, [
			"for-each-ref",
			"--format=%(refname)",
			`${UNDO_REFS}${id}/`,
		]);
		return refs
			.toString("latin1")
			.split("\n")
			.filter((name) => name !== "");
	} catch (error) {
		door.signal.throwIfAborted();
		// A submodule whose clone was deleted takes its refs with it.
		if (await isThere(join(gitDir, "HEAD"))) throw error;
		return [];
	}
}

async function measureEntry(
	context: UndoContext,
	manifest: UndoManifest,
): Promise<number> {
	let size = await measureFolder(
		join(entriesFolder(context.outer), manifest.id),
	);
	for (const { gitDir } of manifest.repositories)
		size += await measureObjects(
			context,
			resolve(context.outer.root, gitDir),
			manifest.id,
		);
	return size;
}

/** Bytes of the objects that only this entry holds. */
async function measureObjects(
	door: GitDoor,
	gitDir: string,
	id: string,
): Promise<number> {
	const refs = await entryRefs(door, gitDir, id);
	if (refs.length === 0) return 0;
	const size = await git(
		bareDoor(door, gitDir),
		gitDir,
		[
			...["rev-list", "--objects", "--disk-usage", "--stdin"],
			...["--not", "--branches", "--tags", "--remotes"],
		],
		{ stdin: refs.map((name) => `${name}\n`).join("") },
	);
	return Number(size.toString());
}

async function measureFolder(folder: string): Promise<number> {
	let size = 0;
	for (const entry of await readdir(folder, {
		recursive: true,
		withFileTypes: true,
	})) {
		if (!entry.isFile()) continue;
		size += (await stat(join(entry.parentPath, entry.name))).size;
	}
	return size;
}
