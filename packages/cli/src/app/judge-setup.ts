import { type ErrorInfo, formatCount } from "@llorch/core";
import type { SetupReport, UndoReport } from "./setup/types.ts";

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

/** What an undo is as the end of a command: something that was changed since may stay, something that would not go is a failure. */
export function judgeUndo({ kept }: UndoReport): ErrorInfo | undefined {
	const failed = kept.filter((each) => each.failed);
	const [first] = failed;
	if (first === undefined) return undefined;
	return {
		code: "LLORCH_SETUP_STEP_FAILED",
		message: `${formatCount(failed.length, "thing")} could not be taken back: ${first.path}: ${first.reason}`,
		hint: "It is still noted: mend the reason, and undo again.",
		run: ["dev", "setup", "--undo"],
		details: { failed: failed.map(({ path }) => path) },
	};
}
