import type { Envelope } from "./envelope.ts";
import type { ErrorInfo } from "./errors.ts";
import type { Event } from "./events.ts";
import type { Json } from "./json.ts";
import type { Answer, Question } from "./questions.ts";

/** What the near llorch (has the screen) sends to the far one (does the work). */
export type ToFar =
	| {
			start: {
				argv: readonly string[];
				directory: string;
				interactive: boolean;
				hasStdin: boolean;
			};
	  }
	| { stdin: Uint8Array | null }
	| { answer: Answer }
	/** The near side could not ask; the far one fails with the error it would have failed with. */
	| { refused: { id: string; error: ErrorInfo } }
	/** The near side's signal, as its error code, so that both sides end with the same exit code. */
	| { abort: `LLORCH_${string}` };

/** What the far llorch sends back. `done` is the last frame. */
export type ToNear =
	| { event: Event }
	| { ask: Question }
	| { done: Envelope<Json> };

/** The largest frame a reader accepts, in bytes: a broken peer must not make us allocate without bound. */
export const MAX_FRAME_BYTES = 64 * 1024 * 1024;

/**
 * One frame: u32 length of the JSON, u32 length of the raw bytes (both big-endian), the JSON, the bytes.
 * A message holds at most one byte array; it travels raw, because base64 would cost a third more on the wire.
 */
export function encodeFrame(message: ToFar | ToNear): Uint8Array {
	let raw: Uint8Array = new Uint8Array(0);
	const json = new TextEncoder().encode(
		JSON.stringify(message, (_key, value) => {
			if (!(value instanceof Uint8Array)) return value;
			raw = value;
			return { $bytes: value.length };
		}),
	);
	const frame = new Uint8Array(8 + json.length + raw.length);
	const view = new DataView(frame.buffer);
	view.setUint32(0, json.length);
	view.setUint32(4, raw.length);
	frame.set(json, 8);
	frame.set(raw, 8 + json.length);
	return frame;
}

/** Reads frames from chunks split anywhere. Throws a plain `Error` on a frame over `MAX_FRAME_BYTES` or cut off at the end. */
export async function* decodeFrames<M extends ToFar | ToNear>(
	chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<M> {
	let held: Uint8Array = new Uint8Array(0);
	for await (const chunk of chunks) {
		held = concat(held, chunk);
		for (;;) {
			const frame = splitFrame(held);
			if (frame === undefined) break;
			held = held.subarray(frame.size);
			yield parseFrame<M>(frame.json, frame.raw);
		}
	}
	if (held.length > 0) throw new Error("the wire ended inside a frame");
}

function splitFrame(
	held: Uint8Array,
): { json: Uint8Array; raw: Uint8Array; size: number } | undefined {
	if (held.length < 8) return undefined;
	const view = new DataView(held.buffer, held.byteOffset, held.byteLength);
	const jsonLength = view.getUint32(0);
	const size = 8 + jsonLength + view.getUint32(4);
	if (size > MAX_FRAME_BYTES)
		throw new Error(`a frame of ${size} bytes is over the limit`);
	if (held.length < size) return undefined;
	return {
		json: held.subarray(8, 8 + jsonLength),
		raw: held.slice(8 + jsonLength, size),
		size,
	};
}

function parseFrame<M>(json: Uint8Array, raw: Uint8Array): M {
	return JSON.parse(new TextDecoder().decode(json), (_key, value) =>
		typeof value === "object" && value !== null && "$bytes" in value
			? raw
			: value,
	) as M;
}

function concat(left: Uint8Array, right: Uint8Array): Uint8Array {
	if (left.length === 0) return right;
	const joined = new Uint8Array(left.length + right.length);
	joined.set(left);
	joined.set(right, left.length);
	return joined;
}
