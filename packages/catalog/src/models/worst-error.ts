import type { ErrorInfo, Outcome } from "@llorch/core";

/** The failure of a model's files that stands for all of them: a bug, which must not hide behind another, else the first. */
export function worstError(
	outcomes: readonly Outcome<unknown>[],
): ErrorInfo | undefined {
	const errors = outcomes.flatMap((outcome) =>
		outcome.status === "failed" ? [outcome.error] : [],
	);
	return errors.find(isBug) ?? errors[0];
}

export function isBug({ code }: ErrorInfo): boolean {
	return code === "LLORCH_BUG";
}
