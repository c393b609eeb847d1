import { LlorchError, type Work } from "@llorch/core";
import { refuseMore } from "./sync/plan.ts";
import { lockRepository } from "./undo/act.ts";
import type { UndoContext } from "./undo/context.ts";
import { listEntries, pruneEntries, type UndoEntry } from "./undo/entries.ts";
import { findInterrupted } from "./undo/manifest.ts";
import { giveUp, recover } from "./undo/recover.ts";
import {
	chooseEntry,
	performUndo,
	planUndo,
	type Undone,
	type UndoPlan,
} from "./undo/undo.ts";

/** Plans to take the last action back, or the one with this id. An action that was interrupted counts, and goes first. */
export async function planLastUndo(
	context: UndoContext,
	{ id }: { id?: string | undefined } = {},
): Promise<UndoPlan> {
	await using _lock = await lockRepository(context);
	const open = await findInterrupted(context);
	return await planUndo(
		context,
		open !== undefined && open.action !== "undo"
			? open
			: await chooseEntry(context, id),
	);
}

/** Takes back what was planned. Throws LLORCH_LOCKED, LLORCH_GIT_CHANGED_MEANWHILE, and what keeping throws. */
export async function* applyUndo(
	context: UndoContext,
	plan: UndoPlan,
): Work<Undone> {
	await using _lock = await lockRepository(context);
	const recovered = yield* recover(context);
	const manifest = await chooseEntry(context, plan.id);
	// What was interrupted was this action, or the undo of it: then all is done.
	if (recovered.length > 0 && manifest.undoneBy !== undefined)
		return {
			id: manifest.id,
			action: manifest.action,
			what: manifest.what,
			entry: manifest.undoneBy,
			repositories: manifest.repositories.map(({ path }) => path),
		};
	refuseMore(plan.losses, (await planUndo(context, manifest)).losses);
	return yield* performUndo(context, manifest);
}

export async function listUndo(context: UndoContext): Promise<UndoEntry[]> {
	return listEntries(context);
}

/** Removes the entries that have expired, or all that have ended. */
export async function pruneUndo(
	context: UndoContext,
	options: { all?: boolean },
): Promise<string[]> {
	await using _lock = await lockRepository(context);
	return await pruneEntries(context, options);
}

/** Leaves what was interrupted as it is now; it can still be taken back by its id. Throws LLORCH_GIT_NOTHING_TO_UNDO. */
export async function giveUpUndo(context: UndoContext): Promise<string[]> {
	await using _lock = await lockRepository(context);
	const ended = await giveUp(context);
	if (ended.length > 0) return ended;
	throw new LlorchError(
		"LLORCH_GIT_NOTHING_TO_UNDO",
		"nothing was interrupted, so there is nothing to give up",
		{ run: ["git", "undo", "--list"] },
	);
}
