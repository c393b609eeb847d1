import { rm } from "node:fs/promises";
import { join } from "node:path";
import { LlorchError, type Work } from "@llorch/core";
import { explainFull } from "../disk-full.ts";
import { closeEntry } from "./act.ts";
import type { UndoContext } from "./context.ts";
import { removeEntry } from "./entries.ts";
import { removeLeftovers } from "./leftovers.ts";
import {
	entriesFolder,
	readEntries,
	type UndoManifest,
	writeManifest,
} from "./manifest.ts";
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
		try {
			if (action === "undo") {
				yield* finishUndo(context, open);
				recovered.push({
					id,
					action,
					what,
					at,
					outcome: "finished",
					entry: id,
				});
			} else {
				const { entry } = yield* performUndo(context, open);
				recovered.push({ id, action, what, at, outcome: "undone", entry });
			}
		} catch (error) {
			throw withWayOut(explainFull(error, context.outer.root), open);
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

/** What stands in the way of one undo must not keep everything else from being done for good. */
function withWayOut(
	error: unknown,
	{ action, startedAt }: UndoManifest,
): unknown {
	if (!(error instanceof LlorchError)) return error;
	return LlorchError.from({
		...error.info,
		message: `the ${action} of ${startedAt} was interrupted and cannot be brought to an end: ${error.info.message}`,
		hint: `${error.info.hint ?? "Put that right, then try again."} Or leave everything as it is now: llorch git undo --give-up`,
	});
}

/** Ends every interrupted action where it is. What they kept stays, for an undo by id. Returns their ids. Needs the lock. */
export async function giveUp(context: UndoContext): Promise<string[]> {
	const folder = entriesFolder(context.outer);
	const ended: string[] = [];
	for (const { id, manifest } of await readEntries(folder)) {
		if (manifest?.state !== "acting") continue;
		await removeLeftovers(context, manifest);
		await writeManifest(folder, { ...manifest, state: "done" });
		ended.push(id);
	}
	return ended;
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

async function* finishUndo(
	context: UndoContext,
	undo: UndoManifest,
): Work<void> {
	const entries = await readEntries(entriesFolder(context.outer));
	const undone = entries.find(({ id }) => id === undo.undoes)?.manifest;
	if (undone !== undefined) {
		yield* restoreEntry(context, undone, undo.id);
		await markUndone(context, undone, undo.id);
	}
	await closeEntry(context, undo);
}
