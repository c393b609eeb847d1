import type { ErrorInfo } from "@llorch/core";

/**
 * The first bug among the failures of many things, as the error of the whole command: what is said of the others may be
 * a bug's consequence, and "some failed" would hide it. Undefined where nothing but expected things went wrong.
 */
export function bugAmong(
	failed: readonly { label: string; error: ErrorInfo }[],
): ErrorInfo | undefined {
	const bug = failed.find(({ error }) => error.code === "LLORCH_BUG");
	return bug && { ...bug.error, message: `${bug.label}: ${bug.error.message}` };
}
