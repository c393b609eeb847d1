import type { Readable } from "node:stream";
import type { Chunk } from "@llorch/core";
import { createGarbageCounter } from "./collect-garbage.ts";

// After a program has ended, something it left in the background may hold its output open for ever.
const LINGER_MS = 250;

/**
 * Both streams of a far program as one, in the order of arrival; nothing is read ahead of the consumer but the window of the
 * channel. Ends when both have ended, or when the program has, nothing came for 250 ms, and `roundTrip` has shown that
 * nothing is on its way either: a slow link loses no byte.
 */
export async function* mergeChannel(
	streams: { out: Readable; err: Readable },
	exited: Promise<unknown>,
	roundTrip: () => Promise<void>,
): AsyncGenerator<Chunk, void> {
	const arrived: Chunk[] = [];
	const open = new Set<Chunk["stream"]>(["out", "err"]);
	let wake = Promise.withResolvers<"data">();
	const ring = () => wake.resolve("data");
	const listeners = (["out", "err"] as const).map((name) => {
		const stream = streams[name];
		// Chunk by chunk as it came: `read()` would copy what waits into one.
		const take = (bytes: Buffer) => {
			arrived.push({ stream: name, bytes });
			stream.pause();
			ring();
		};
		const end = () => {
			open.delete(name);
			ring();
		};
		if (stream.readableEnded) open.delete(name);
		stream.once("end", end).once("close", end).on("error", end);
		stream.on("data", take);
		return { stream, take };
	});
	let hasExited = false;
	void exited.then(() => {
		hasExited = true;
		ring();
	});
	const passed = createGarbageCounter();
	try {
		while (open.size > 0 || arrived.length > 0) {
			for (const chunk of arrived.splice(0)) {
				passed(chunk.bytes.length);
				yield chunk;
			}
			wake = Promise.withResolvers();
			for (const { stream } of listeners) stream.resume();
			if (!hasExited) await wake.promise;
			else if (!(await anythingWithin(wake.promise))) {
				await roundTrip();
				if (!(await anythingWithin(wake.promise))) return;
			}
		}
	} finally {
		for (const { stream, take } of listeners) stream.off("data", take);
	}
}

async function anythingWithin(data: Promise<"data">): Promise<boolean> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<false>((resolve) => {
		timer = setTimeout(() => resolve(false), LINGER_MS);
	});
	const first = await Promise.race([data, late]);
	clearTimeout(timer);
	return first !== false;
}
