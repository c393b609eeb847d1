import { defineErrors } from "@llorch/core";

/** Failures of `llorch git`. */
export const gitErrors = defineErrors({
	LLORCH_GIT_FAILED: { exit: 1, title: "git itself failed" },
	LLORCH_GIT_NOT_A_REPOSITORY: { exit: 1, title: "Not in a git repository" },
	LLORCH_GIT_NO_WORKTREE: {
		exit: 1,
		title: "A bare repository has no files to work on",
	},
	LLORCH_GIT_NO_COMMIT: { exit: 1, title: "The repository has no commit yet" },
	LLORCH_GIT_NO_REMOTE: { exit: 1, title: "The repository has no remote" },
	LLORCH_GIT_NO_UPSTREAM: {
		exit: 1,
		title: "The branch follows no remote branch",
	},
	LLORCH_GIT_FETCH_FAILED: {
		exit: 1,
		title: "A remote could not be fetched from",
	},
	LLORCH_GIT_UNKNOWN_BRANCH: { exit: 2, title: "There is no such branch" },
	LLORCH_GIT_UNKNOWN_SUBMODULE: {
		exit: 2,
		title: "There is no such submodule",
	},
	LLORCH_GIT_AMBIGUOUS_SUBMODULE: {
		exit: 2,
		title: "Several submodules go by this name",
	},
	LLORCH_GIT_SUBMODULE_ABSENT: {
		exit: 1,
		title: "The submodule is not checked out",
	},
	LLORCH_GIT_SUBMODULE_BROKEN: {
		exit: 1,
		title: "The submodule cannot be read",
	},
	LLORCH_GIT_BRANCH_IN_USE: {
		exit: 1,
		title: "The branch is checked out in another worktree",
	},
	LLORCH_GIT_NOT_WRITABLE: {
		exit: 1,
		title: "llorch may not write in the git folder",
	},
	LLORCH_GIT_BUSY: { exit: 1, title: "Another git command is running" },
	LLORCH_GIT_MID_OPERATION: {
		exit: 1,
		title: "A rebase, merge or the like is in progress",
	},
	LLORCH_GIT_CHANGES_IN_THE_WAY: {
		exit: 1,
		title: "Uncommitted changes are in the way",
	},
	LLORCH_GIT_CONFLICT: {
		exit: 1,
		title: "Your commits and the remote's conflict",
	},
	LLORCH_GIT_COMMITS_AT_RISK: {
		exit: 1,
		title: "Commits that no branch holds would be left behind",
	},
	LLORCH_GIT_IN_THE_WAY: {
		exit: 1,
		title: "Something that cannot be kept is in the way",
	},
	LLORCH_GIT_CANNOT_KEEP: {
		exit: 1,
		title: "Something that would be lost could not be kept",
	},
	LLORCH_GIT_DISK_FULL: { exit: 1, title: "There is not enough space" },
	LLORCH_GIT_CHANGED_MEANWHILE: {
		exit: 1,
		title: "The files changed in the meantime",
	},
	LLORCH_GIT_NOTHING_TO_UNDO: { exit: 1, title: "There is nothing to undo" },
	LLORCH_GIT_UNKNOWN_UNDO: { exit: 2, title: "There is no such undo entry" },
	LLORCH_GIT_UNDO_INVALID: {
		exit: 1,
		title: "An undo entry is damaged",
	},
	LLORCH_GIT_UNDO_TOO_NEW: {
		exit: 1,
		title: "An undo entry was written by a newer llorch",
	},
});
