import { type ErrorInfo, formatCount } from "@llorch/core";
import type { FanoutResult } from "@llorch/fanout";
import { bugAmong } from "../../app/bug-among.ts";

/**
 * What a run is as the end of a command: one failed call does not make the others worthless, but it is not success either.
 * A bug in one of them decides.
 */
export function judgeFanout({
	ok,
	answers,
}: FanoutResult): ErrorInfo | undefined {
	const failed = answers.flatMap(({ id, label, error }) =>
		error === undefined ? [] : [{ id, label, error }],
	);
	const [first] = failed;
	if (first === undefined) return undefined;
	const bug = bugAmong(failed);
	if (bug !== undefined) return bug;
	const { message, hint } = first.error;
	return {
		code: ok > 0 ? "LLORCH_SOME_FAILED" : "LLORCH_ALL_FAILED",
		message:
			answers.length === 1
				? `${first.label}: ${message}`
				: `${failed.length} of ${formatCount(answers.length, "call")} failed: ${failed.map(({ label }) => label).join(", ")}`,
		...(hint === undefined ||
		new Set(failed.map(({ error }) => error.code)).size > 1
			? {}
			: { hint }),
		details: {
			failed: failed.map(({ id, label, error }) => ({
				id,
				label,
				code: error.code,
			})),
		},
	};
}
