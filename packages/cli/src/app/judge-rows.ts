import { type ErrorInfo, formatCount } from "@llorch/core";
import type { Pulled, SubmoduleRow } from "@llorch/git";
import { bugAmong } from "./bug-among.ts";

/** What several submodules, each with its own end, are as the end of a command. A bug in one of them decides. */
export function judgeRows(
	rows: readonly SubmoduleRow[],
): ErrorInfo | undefined {
	const failed = rows.filter(({ status }) => status === "failed");
	const [first] = failed;
	if (first === undefined || rows.length === 1) return first?.error;
	const bug = bugAmong(
		failed.flatMap(({ path, error }) =>
			error === undefined ? [] : [{ label: path, error }],
		),
	);
	if (bug !== undefined) return bug;
	const paths = failed.map(({ path }) => path);
	return {
		code:
			failed.length < rows.length ? "LLORCH_SOME_FAILED" : "LLORCH_ALL_FAILED",
		message: `${failed.length} of ${formatCount(rows.length, "submodule")} failed: ${paths.join(", ")}`,
		details: { failed: paths },
	};
}

/** What a pull is as the end of a command: the repository's own failure, else those of its submodules. */
export function judgePull(pulled: Pulled): ErrorInfo | undefined {
	return pulled.repository.error ?? judgeRows(pulled.submodules);
}
