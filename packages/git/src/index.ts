export type { Branch, Branches, LocalBranch } from "./branches.ts";
export { type Cleaned, type CleanPlan, previewClean } from "./clean.ts";
export type { Commit } from "./commit.ts";
export { createGit, type Git, type GitOptions } from "./create-git.ts";
export { findDrift } from "./drift.ts";
export type { History, LoggedCommit, LogLine } from "./log.ts";
export type { PulledRepository } from "./pull/own.ts";
export type { Pulled } from "./pull/pull.ts";
export type { ShownPath } from "./raw-path.ts";
export {
	type Change,
	type RepositoryStatus,
	readSubmodules,
} from "./status/status.ts";
export type {
	SubmoduleState,
	SubmoduleStatus,
} from "./status/submodule-status.ts";
export type { SubmoduleBranches, Switched } from "./submodules/branch.ts";
export type { ListedSubmodule } from "./submodules/list.ts";
export type { SubmoduleRow } from "./submodules/row.ts";
export type { Updated } from "./submodules/update.ts";
export { type KeptSummary, previewSync, type Synced } from "./sync/apply.ts";
export type { SyncPlan } from "./sync/plan.ts";
export { previewReset, type ResetDone, type ResetPlan } from "./sync/reset.ts";
export type { UndoEntry } from "./undo/entries.ts";
export type { Losses, LostFile } from "./undo/losses.ts";
export type { Undone, UndoPlan } from "./undo/undo.ts";
