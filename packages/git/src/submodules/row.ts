import { type ErrorInfo, LlorchError } from "@llorch/core";

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

/** The failure of a result in which some submodules failed: LLORCH_SOME_FAILED, or the one failure when it was the only submodule. */
export function rowsFailure(
	rows: readonly SubmoduleRow[],
): ErrorInfo | undefined {
	const failed = rows.filter(({ status }) => status === "failed");
	const [first] = failed;
	if (first === undefined) return undefined;
	if (rows.length === 1 && first.error !== undefined) return first.error;
	const all = failed.length === rows.length;
	return new LlorchError(
		all ? "LLORCH_ALL_FAILED" : "LLORCH_SOME_FAILED",
		`${failed.length} of ${rows.length} submodules failed: ${failed.map(({ path }) => path).join(", ")}`,
		{ details: { failed: failed.map(({ path }) => path) } },
	).info;
}
