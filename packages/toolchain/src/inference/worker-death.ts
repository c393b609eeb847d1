import { formatRunResult, LlorchError, redact } from "@llorch/core";
import type { Answer } from "./execute.ts";
import { lastLines } from "./last-lines.ts";
import type { Worker } from "./worker.ts";

/** When a worker died that was ready. */
export function whenOf({ tokens }: Answer): string {
	return tokens === 0 ? "before it answered" : "in the middle of its answer";
}

// How long a connection that broke waits for its worker's death, as the likely cause.
const LAST_WORDS_MS = 500;

/** A connection that broke because the worker died is the worker's death. */
export async function explain(
	error: unknown,
	worker: Worker,
	log: string,
	when: string,
): Promise<unknown> {
	if (
		!(error instanceof LlorchError) ||
		error.info.code !== "LLORCH_WORKER_CUT_OFF"
	)
		return error;
	return (await endsSoon(worker)) ? died(worker, log, when) : error;
}

/** Whether the worker has ended, or does so within a moment. */
export async function endsSoon({ ended }: Worker): Promise<boolean> {
	if (!ended.aborted)
		await new Promise<void>((resolve) => {
			const timer = setTimeout(resolve, LAST_WORDS_MS);
			ended.addEventListener("abort", () => {
				clearTimeout(timer);
				resolve();
			});
		});
	return ended.aborted;
}

export function died(worker: Worker, log: string, when: string): LlorchError {
	const result = worker.result();
	const how = result === undefined ? "" : ` with ${formatRunResult(result)}`;
	return new LlorchError(
		"LLORCH_WORKER_DIED",
		`the worker ended${how} ${when}`,
		{
			hint: `Its log is ${log}`,
			run: ["test", "logs"],
			details: { log, tail: lastLines(redact(worker.tail()), 20) },
		},
	);
}
