import { formatDuration } from "@llorch/core";

/** The reason a check is cut off with: it, or the program it waited for, took longer than the check's time limit. */
export class NoAnswer extends Error {
	override readonly name = "NoAnswer";
	readonly limitMs: number;

	constructor(who: string, limitMs: number) {
		super(`${who} did not answer within ${formatLimit(limitMs)}`);
		this.limitMs = limitMs;
	}
}

/** Rejects with the signal's reason, some time after it is aborted: what is then still not ended is left behind. */
export function rejectAfterAbort(
	signal: AbortSignal,
	graceMs: number,
): Promise<never> {
	return new Promise((_resolve, reject) => {
		const give = () => setTimeout(() => reject(signal.reason), graceMs);
		if (signal.aborted) give();
		else signal.addEventListener("abort", give, { once: true });
	});
}

/** Limits are round numbers: `5 s`, not `5.0 s`. */
function formatLimit(ms: number): string {
	return formatDuration(ms).replace(".0 s", " s");
}
