import type { Event, Work } from "@llorch/core";

export type Emit = (event: Event) => void;

/**
 * Makes a `Work` of a plain async function that tells events as they come. When the reader leaves early, the function's
 * signal aborts, and it has ended before the reader goes on.
 */
export async function* emitting<V>(
	signal: AbortSignal,
	run: (emit: Emit, signal: AbortSignal) => Promise<V>,
): Work<V> {
	const queue: Event[] = [];
	let wake: (() => void) | undefined;
	let ended = false;
	const left = new AbortController();
	const result = run(
		(event) => {
			queue.push(event);
			wake?.();
		},
		AbortSignal.any([signal, left.signal]),
	).finally(() => {
		ended = true;
		wake?.();
	});
	result.catch(() => {});
	try {
		for (;;) {
			for (const event of queue.splice(0)) yield event;
			if (queue.length > 0) continue;
			if (ended) break;
			await new Promise<void>((resolve) => {
				wake = resolve;
			});
		}
		return await result;
	} finally {
		left.abort();
		await result.catch(() => {});
	}
}
