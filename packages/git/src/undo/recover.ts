import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Work } from "@llorch/core";
import { closeEntry } from "./act.ts";
import type { UndoContext } from "./context.ts";
import { removeEntry } from "./entries.ts";
import { removeLeftovers } from "./leftovers.ts";
import { entriesFolder, readEntries, type UndoManifest } from "./manifest.ts";
import { markUndone, performUndo, restoreEntry } from "./undo.ts";

/** An action that was killed, and what became of it. */
export type Recovered = {
	id: string;
	action: UndoManifest["action"];
	what: string;
	at: string;
	/** `undone`: everything is as it was before it; `finished`: an undo that now is whole. */
	outcome: "undone" | "finished";
	/** The entry that has what was there when it was found. */
	entry: string;
};

/**
 * Brings what a killed action left to a whole state: an action is taken back, an undo is finished, an entry that was only being
 * made is dropped. Needs the lock.
 */
export async function* recover(context: UndoContext): Work<Recovered[]> {
	const recovered: Recovered[] = [];
	for (;;) {
		const open = await findOpen(context);
		if (open === undefined) return recovered;
		await removeLeftovers(context, open);
		const { id, action, what, startedAt: at } = open;
		if (action === "undo") {
			await finishUndo(context, open);
			recovered.push({ id, action, what, at, outcome: "finished", entry: id });
		} else {
			const { entry } = yield* performUndo(context, open);
			recovered.push({ id, action, what, at, outcome: "undone", entry });
		}
		yield {
			type: "note",
			level: "warn",
			text:
				action === "undo"
					? `finished the undo of ${at}, which had been interrupted`
					: `the ${action} of ${at} had been interrupted: everything is as it was before it`,
		};
	}
}

/** The newest entry whose action did not end. Drops those that were killed before anything had changed. */
async function findOpen(
	context: UndoContext,
): Promise<UndoManifest | undefined> {
	const folder = entriesFolder(context.outer);
	let open: UndoManifest | undefined;
	for (const { id, manifest, error } of await readEntries(folder)) {
		if (error !== undefined) continue;
		if (manifest === undefined)
			await rm(join(folder, id), { recursive: true, force: true });
		else if (manifest.state === "saving") {
			await removeLeftovers(context, manifest);
			await removeEntry(context, manifest);
		} else if (manifest.state === "acting") open = manifest;
	}
	return open;
}

async function finishUndo(
	context: UndoContext,
	undo: UndoManifest,
): Promise<void> {
	const entries = await readEntries(entriesFolder(context.outer));
	const undone = entries.find(({ id }) => id === undo.undoes)?.manifest;
	if (undone !== undefined) {
		await restoreEntry(context, undone, undo.id);
		await markUndone(context, undone, undo.id);
	}
	await closeEntry(context, undo);
}
