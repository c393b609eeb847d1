import type { Clock } from "@llorch/core";
import type { GitDoor } from "../run-git.ts";
import type { Worktree } from "../worktree.ts";

/** What every action that can be undone works with. */
export type UndoContext = GitDoor & {
	clock: Clock;
	/** The outermost repository: entries are kept in its git dir. */
	outer: Worktree;
	parallel: number;
	/** Bytes; a larger file that would be lost is moved, not copied. */
	maxFile: number;
	/** Entries older than this go. */
	days: number;
};
