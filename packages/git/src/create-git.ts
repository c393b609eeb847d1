import type { Clock, CommandRunner, RunSpec, Work } from "@llorch/core";
import { type Branches, listBranches } from "./branches.ts";
import {
	applyClean,
	type Cleaned,
	type CleanPlan,
	planClean,
} from "./clean.ts";
import { type History, readLog } from "./log.ts";
import { type Pulled, pull } from "./pull/pull.ts";
import type { GitDoor } from "./run-git.ts";
import {
	type RepositoryStatus,
	readStatus,
	readSubmodules,
} from "./status/status.ts";
import type { SubmoduleStatus } from "./status/submodule-status.ts";
import {
	listSubmoduleBranches,
	type SubmoduleBranches,
	type Switched,
	switchSubmodule,
} from "./submodules/branch.ts";
import {
	type ListedSubmodule,
	listSubmoduleCommits,
} from "./submodules/list.ts";
import type { Goal } from "./submodules/target.ts";
import { type Updated, updateSubmodules } from "./submodules/update.ts";
import { applySync, type Synced } from "./sync/apply.ts";
import { planSync, type SyncPlan } from "./sync/plan.ts";
import {
	applyReset,
	planReset,
	type ResetDone,
	type ResetPlan,
} from "./sync/reset.ts";
import type { UndoEntry } from "./undo/entries.ts";
import type { Undone, UndoPlan } from "./undo/undo.ts";
import {
	applyUndo,
	giveUpUndo,
	listUndo,
	planLastUndo,
	pruneUndo,
} from "./undo-last.ts";
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
	/** The environment for what does not go through `runner`. */
	env: Readonly<Record<string, string | undefined>>;
	/** Told each command line that does not go through `runner`. */
	onCommand?: (spec: RunSpec) => void;
};

type Cancel = { signal: AbortSignal };

/** The repository around a folder, and all its submodules. Every use case may throw what `findWorktree` throws. */
export type Git = {
	status(options: Cancel): Promise<RepositoryStatus>;
	pull(options: Cancel): Work<Pulled>;
	branches(options: Cancel): Promise<Branches>;
	/** `count`: at most so many commits. */
	log(options: { count: number } & Cancel): Promise<History>;
	/** Every submodule and how it stands. */
	submodules(options: Cancel): Promise<SubmoduleStatus[]>;
	/** The same with each one's last commit. */
	listSubmodules(options: Cancel): Promise<ListedSubmodule[]>;
	updateSubmodules(
		options: { names: readonly string[]; goal: Goal } & Cancel,
	): Work<Updated>;
	listSubmoduleBranches(
		options: { name: string } & Cancel,
	): Promise<SubmoduleBranches>;
	switchSubmodule(
		options: { name: string; branch: string } & Cancel,
	): Work<Switched>;
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
	giveUpUndo(options: Cancel): Promise<string[]>;
};

export function createGit(options: GitOptions): Git {
	let found: Promise<Worktree> | undefined;
	const open = (door: GitDoor) => {
		found ??= findWorktree(door, options.folder);
		return found;
	};
	const context = async (signal: AbortSignal) => {
		const { folder: _, ...rest } = options;
		const outer = await open({ runner: options.runner, signal });
		return { ...rest, signal, outer };
	};
	return {
		async status({ signal }) {
			const { outer } = await context(signal);
			return readStatus(outer, { ...options, signal });
		},
		async *pull({ signal }) {
			return yield* pull(await context(signal));
		},
		async branches({ signal }) {
			const { outer } = await context(signal);
			return listBranches({ ...options, signal }, outer.root);
		},
		async log({ signal, count }) {
			const { outer } = await context(signal);
			return readLog({ ...options, signal }, outer.root, { count });
		},
		async submodules({ signal }) {
			const { outer } = await context(signal);
			return readSubmodules(outer.root, { ...options, signal });
		},
		async listSubmodules({ signal }) {
			const { outer } = await context(signal);
			return listSubmoduleCommits({ ...options, signal }, outer.root);
		},
		async *updateSubmodules({ signal, ...rest }) {
			return yield* updateSubmodules(await context(signal), rest);
		},
		async listSubmoduleBranches({ signal, ...rest }) {
			return listSubmoduleBranches(await context(signal), rest);
		},
		async *switchSubmodule({ signal, ...rest }) {
			return yield* switchSubmodule(await context(signal), rest);
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
		async giveUpUndo({ signal }) {
			return giveUpUndo(await context(signal));
		},
	};
}
