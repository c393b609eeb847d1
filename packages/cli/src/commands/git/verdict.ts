import { type ErrorInfo, formatCount } from "@llorch/core";
import type { SubmoduleRow } from "@llorch/git";

/** What several submodules, each with its own end, are as the end of a command. */
export function judgeRows(
	rows: readonly SubmoduleRow[],
): ErrorInfo | undefined {
	const failed = rows.filter(({ status }) => status === "failed");
	const [first] = failed;
	if (first === undefined || rows.length === 1) return first?.error;
	const paths = failed.map(({ path }) => path);
	return {
		code:
			failed.length < rows.length ? "LLORCH_SOME_FAILED" : "LLORCH_ALL_FAILED",
		message: `${failed.length} of ${formatCount(rows.length, "submodule")} failed: ${paths.join(", ")}`,
		details: { failed: paths },
	};
}
