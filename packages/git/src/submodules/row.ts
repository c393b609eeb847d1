import type { ErrorInfo } from "@llorch/core";

/** What became of one submodule. */
export type SubmoduleRow = {
	/** From the outermost root. */
	path: string;
	status:
		| "checked-out"
		| "moved"
		/** Stayed at its commit, but what was uncommitted is gone (and kept). */
		| "reset"
		| "unchanged"
		/** Left alone on purpose; `reason` says why. */
		| "skipped"
		| "failed";
	from: string | null;
	to: string | null;
	reason?: string;
	error?: ErrorInfo;
};
