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
	const open = new Set<Chunk["stream"]>(["out", "err"]);
	let wake = Promise.withResolvers<"data">();
	for (const name of ["out", "err"] as const) {
		const stream = streams[name];
		const ring = () => wake.resolve("data");
		const end = () => {
			open.delete(name);
			ring();
		};
		stream.on("readable", ring);
		if (stream.readableEnded) open.delete(name);
		stream.once("end", end).once("close", end).on("error", end);
	}
	const passed = createGarbageCounter();
	let hasExited = false;
	void exited.then(() => {
		hasExited = true;
		wake.resolve("data");
	});
	while (open.size > 0) {
		wake = Promise.withResolvers();
		let some = false;
		for (const name of ["out", "err"] as const) {
			const bytes: Buffer | null = streams[name].read();
			if (bytes === null) continue;
			some = true;
			passed(bytes.length);
			yield { stream: name, bytes };
		}
		if (some) continue;
		if (!hasExited) await wake.promise;
		else if (!(await anythingWithin(wake.promise))) {
			await roundTrip();
			if (!(await anythingWithin(wake.promise))) return;
		}
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
