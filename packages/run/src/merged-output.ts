import type { Readable } from "node:stream";
import type { Chunk } from "@llorch/core";

// After the program has ended, something it left in the background may still hold its pipes open. What the program itself
// wrote is in the pipes already: it needs no waiting, and is less than any pipe holds.
const LINGER_MS = 250;
const LINGER_BYTES = 8 * 1024 * 1024;

/**
 * Both streams of a process as one, in the order in which the bytes arrived. Nothing is read ahead of the consumer but one
 * stream buffer each: a consumer that stops reading stops the process by a full pipe. To be called at once after the start: a
 * stream that nobody listens to is emptied by the runtime.
 *
 * Ends when both streams have ended; or, when `exited` has resolved, after 250 ms (in total) of waiting for what only a
 * background process can still write, or 8 MiB of it. Leaves the streams to the caller, with nothing listening for data.
 */
export function mergeOutput(
	streams: Readonly<Record<Chunk["stream"], Readable>>,
	exited: Promise<unknown>,
): AsyncGenerator<Chunk, void> {
	/** Streams that have something to read, the one that had it first in front. */
	const ready: Chunk["stream"][] = [];
	const open = new Set<Chunk["stream"]>(["out", "err"]);
	const waiter = createWaiter(exited);

	const stopListening = [...open].map((stream) => {
		const onReadable = () => {
			if (!ready.includes(stream)) ready.push(stream);
			waiter.wake();
		};
		const onEnd = () => {
			open.delete(stream);
			waiter.wake();
		};
		const readable = streams[stream]
			.on("readable", onReadable)
			.once("end", onEnd)
			.once("close", onEnd)
			// A pipe that breaks has ended; how the process ended is told elsewhere.
			.on("error", onEnd);
		return () => readable.off("readable", onReadable);
	});

	async function* chunks(): AsyncGenerator<Chunk, void> {
		let lingered = 0;
		try {
			while (lingered < LINGER_BYTES) {
				const stream = ready.shift();
				if (stream !== undefined) {
					const bytes: Buffer | null = streams[stream].read();
					if (bytes === null) continue;
					ready.push(stream);
					if (waiter.exited()) lingered += bytes.length;
					yield { stream, bytes };
				} else if (open.size === 0 || !(await waiter.wait())) {
					return;
				}
			}
		} finally {
			for (const stop of stopListening) stop();
		}
	}
	return chunks();
}

function createWaiter(exited: Promise<unknown>) {
	let left = LINGER_MS;
	let hasExited = false;
	let onExit: (() => void) | undefined;
	let onWake: (() => void) | undefined;
	void exited.then(() => {
		hasExited = true;
		onExit?.();
	});
	return {
		exited: () => hasExited,
		wake: () => onWake?.(),
		/** True when woken, false when the process has ended and the time for lingering is used up. */
		wait: () =>
			new Promise<boolean>((resolve) => {
				let since: number | undefined;
				let timer: NodeJS.Timeout | undefined;
				const finish = (woken: boolean) => {
					clearTimeout(timer);
					onExit = undefined;
					onWake = undefined;
					if (since !== undefined) left -= performance.now() - since;
					resolve(woken);
				};
				onWake = () => finish(true);
				onExit = () => {
					since = performance.now();
					// A timer alone could fire before a busy event loop has looked at the pipes even once; an immediate set in a
					// timer runs after the pipes were polled.
					timer = setTimeout(
						() => setImmediate(() => onWake && finish(false)),
						Math.max(0, left),
					);
				};
				if (hasExited) onExit();
			}),
	};
}
