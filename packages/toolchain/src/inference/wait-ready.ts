import { type Clock, LlorchError } from "@llorch/core";
import { askLocal } from "./http.ts";
import type { Worker } from "./worker.ts";

const POLL_MS = 50;
/** A worker that accepts a connection and says nothing is asked again. */
const ANSWER_MS = 5_000;

/**
 * Waits until `GET /health` answers with 200, or the worker has ended (then it returns false). Throws
 * LLORCH_WORKER_NOT_READY after `timeoutMs`, and the signal's reason.
 */
export async function waitUntilReady(options: {
	worker: Worker;
	port: number;
	clock: Clock;
	timeoutMs: number;
	signal: AbortSignal;
}): Promise<boolean> {
	const { worker, port, clock, timeoutMs, signal } = options;
	const deadline = clock.now() + timeoutMs;
	const either = AbortSignal.any([signal, worker.ended]);
	let last = "it accepts no connection";
	for (;;) {
		last = await ask(
			port,
			AbortSignal.any([either, AbortSignal.timeout(ANSWER_MS)]),
		);
		signal.throwIfAborted();
		// First of all: the answer may be another program's.
		if (worker.ended.aborted) return false;
		if (last === "ready") return true;
		if (clock.now() >= deadline)
			throw new LlorchError(
				"LLORCH_WORKER_NOT_READY",
				`the worker is not ready after ${timeoutMs / 1000} s: ${last}`,
				{
					hint: "worker.ready_timeout allows more time; a large model may need it.",
					details: { port, timeoutMs },
				},
			);
		await clock.sleep(POLL_MS, either).catch(() => {});
	}
}

/** `ready`, or why not. */
async function ask(port: number, signal: AbortSignal): Promise<string> {
	try {
		const answer = await askLocal({
			method: "GET",
			port,
			path: "/health",
			signal,
		});
		// The body has to be taken, or the connection would stay open.
		for await (const _ of answer.body);
		return answer.status === 200
			? "ready"
			: `/health answers with ${answer.status}`;
	} catch {
		return signal.aborted
			? "/health does not answer"
			: "it accepts no connection";
	}
}
