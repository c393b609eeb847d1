import { once } from "node:events";
import type { Output } from "../app/invocation.ts";

/** Writes and waits until the stream takes more, so that a slow reader slows the work and not our memory. */
export async function writeTo(
	stream: Output,
	data: string | Uint8Array,
	signal: AbortSignal,
): Promise<void> {
	if (data.length === 0 || stream.destroyed) return;
	if (stream.write(data)) return;
	try {
		await once(stream, "drain", { signal });
	} catch {
		// Interrupted, or the reader left: the invocation's signal says so to everybody.
	}
}
