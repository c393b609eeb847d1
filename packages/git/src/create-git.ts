import type { Clock, CommandRunner, Work } from "@llorch/core";
import {
	applyClean,
	type Cleaned,
	type CleanPlan,
	planClean,
} from "./clean.ts";
import type { GitDoor } from "./run-git.ts";
import { type RepositoryStatus, readStatus } from "./status/status.ts";
import { applySync, type Synced } from "./sync/apply.ts";
import { planSync, type SyncPlan } from "./sync/plan.ts";
import {
	applyReset,
	planReset,
	type ResetDone,
	type ResetPlan,
} from "./sync/reset.ts";
import type { UndoContext } from "./undo/context.ts";
import type { UndoEntry } from "./undo/entries.ts";
import type { Undone, UndoPlan } from "./undo/undo.ts";
import { applyUndo, listUndo, planLastUndo, pruneUndo } from "./undo-last.ts";
import { findWorktree, type Worktree } from "./worktree.ts";

export type GitOptions = {
	runner: CommandRunner;
	clock: Clock;
	/** Any folder in the repository, or in one of its submodules. */
	folder: string;
	/** Submodules worked on at once. */
	parallel: number;
	/** Bytes; a larger file that would be lost is moved aside, not copied. */
	maxFile: number;
	/** Days that undo entries are kept. */
	days: number;
	/** The system's name and version, for people. */
	os: string;
};

type Cancel = { signal: AbortSignal };

/** The repository around a folder, and all its submodules. Every use case may throw what `findWorktree` throws. */
export type Git = {
	status(options: Cancel): Promise<RepositoryStatus>;
	planSync(options: { branch?: string | undefined } & Cancel): Work<SyncPlan>;
	applySync(plan: SyncPlan, options: Cancel): Work<Synced>;
	planReset(options: { name: string } & Cancel): Work<ResetPlan>;
	applyReset(plan: ResetPlan, options: Cancel): Work<ResetDone>;
	planClean(options: Cancel): Work<CleanPlan>;
	applyClean(plan: CleanPlan, options: Cancel): Work<Cleaned>;
	planUndo(options: { id?: string | undefined } & Cancel): Promise<UndoPlan>;
	applyUndo(plan: UndoPlan, options: Cancel): Work<Undone>;
	listUndo(options: Cancel): Promise<UndoEntry[]>;
	pruneUndo(options: { all?: boolean } & Cancel): Promise<string[]>;
};

export function createGit(options: GitOptions): Git {
	let found: Promise<Worktree> | undefined;
	const open = (door: GitDoor) => {
		found ??= findWorktree(door, options.folder);
		return found;
	};
	const context = async (signal: AbortSignal): Promise<UndoContext> => {
		const { runner, clock, parallel, maxFile, days } = options;
		const outer = await open({ runner, signal });
		return { runner, clock, parallel, maxFile, days, signal, outer };
	};
	return {
		async status({ signal }) {
			const { outer } = await context(signal);
			return readStatus(outer, { ...options, signal });
		},
		async *planSync({ signal, ...rest }) {
			return yield* planSync(await context(signal), rest);
		},
		async *applySync(plan, { signal }) {
			return yield* applySync(await context(signal), plan);
		},
		async *planReset({ signal, ...rest }) {
			return yield* planReset(await context(signal), rest);
		},
		async *applyReset(plan, { signal }) {
			return yield* applyReset(await context(signal), plan);
		},
		async *planClean({ signal }) {
			return yield* planClean(await context(signal));
		},
		async *applyClean(plan, { signal }) {
			return yield* applyClean(await context(signal), plan);
		},
		async planUndo({ signal, ...rest }) {
			return planLastUndo(await context(signal), rest);
		},
		async *applyUndo(plan, { signal }) {
			return yield* applyUndo(await context(signal), plan);
		},
		async listUndo({ signal }) {
			return listUndo(await context(signal));
		},
		async pruneUndo({ signal, ...rest }) {
			return pruneUndo(await context(signal), rest);
		},
	};
}
