import { once } from "node:events";
import { releaseBytes } from "@llorch/core";
import type { Output } from "../app/invocation.ts";

/** Writes and waits until the stream takes more, so that a slow reader slows the work and not our memory. */
export async function writeTo(
	stream: Output,
	data: string | Uint8Array,
	signal: AbortSignal,
): Promise<void> {
	if (data.length === 0 || stream.destroyed) return;
	if (!stream.write(data)) await drained(stream, signal);
}

async function drained(stream: Output, signal: AbortSignal): Promise<void> {
	try {
		await once(stream, "drain", { signal });
	} catch {
		// Interrupted, or the reader left: the invocation's signal says so to everybody.
	}
}

/** Writes what a program printed, and gives its memory back. Nobody may look at `bytes` afterwards. */
export async function passOn(
	stream: Output,
	bytes: Uint8Array,
	signal: AbortSignal,
): Promise<void> {
	if (bytes.length === 0 || stream.destroyed) return;
	const more = stream.write(bytes, () => releaseBytes(bytes));
	if (!more) await drained(stream, signal);
}
