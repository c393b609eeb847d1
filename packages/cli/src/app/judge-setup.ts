import { type ErrorInfo, formatCount } from "@llorch/core";
import type { SetupReport } from "./setup/types.ts";

/** What the steps of `dev setup` are as the end of a command. One failure is the command's own. */
export function judgeSetup({ steps }: SetupReport): ErrorInfo | undefined {
	const failed = steps.filter(({ status }) => status === "failed");
	const [first] = failed;
	if (first === undefined) return undefined;
	const titles = failed.map(({ title }) => title);
	if (failed.length === 1 && first.error !== undefined)
		return { ...first.error, message: `${titles[0]}: ${first.error.message}` };
	return {
		code: "LLORCH_SOME_FAILED",
		message: `${failed.length} of ${formatCount(steps.length, "step")} failed: ${titles.join(", ")}`,
		run: ["dev", "setup"],
		details: { failed: failed.map(({ id }) => id) },
	};
}
