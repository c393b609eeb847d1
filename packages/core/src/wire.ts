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
				/** It is to work on when the near side goes away. Default: it ends. */
				outlives?: boolean;
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

/** The largest frame, in bytes, that is sent or accepted: a broken peer must not make us allocate without bound. */
export const MAX_FRAME_BYTES = 64 * 1024 * 1024;

const HEADER_BYTES = 8;

/**
 * One frame: u32 length of the JSON, u32 length of the raw bytes (both big-endian), the JSON, the bytes. A message's bytes
 * (input, output) travel raw, because base64 would cost a third more on the wire. Throws a plain `Error` over `MAX_FRAME_BYTES`.
 */
export function encodeFrame(message: ToFar | ToNear): Uint8Array {
	const [rest, raw] = takeBytes(message);
	const json = new TextEncoder().encode(JSON.stringify(rest));
	const frame = new Uint8Array(
		checkSize(HEADER_BYTES + json.length + raw.length),
	);
	const view = new DataView(frame.buffer);
	view.setUint32(0, json.length);
	view.setUint32(4, raw.length);
	frame.set(json, HEADER_BYTES);
	frame.set(raw, HEADER_BYTES + json.length);
	return frame;
}

/** Reads frames from chunks split anywhere. Throws a plain `Error` on a frame over `MAX_FRAME_BYTES` or cut off at the end. */
export async function* decodeFrames<M extends ToFar | ToNear>(
	chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<M> {
	let parts: Uint8Array[] = [];
	let length = 0;
	let needed = HEADER_BYTES;
	for await (const chunk of chunks) {
		parts.push(chunk);
		length += chunk.length;
		// Joined only when that completes something: joining at each chunk would copy a large frame over and over.
		if (length < needed) continue;
		let held = concat(parts);
		for (;;) {
			needed = frameSize(held);
			if (held.length < needed) break;
			const frame = held.subarray(0, needed);
			held = held.subarray(needed);
			yield parseFrame<M>(frame);
		}
		parts = [held];
		length = held.length;
	}
	if (length > 0) throw new Error("the wire ended inside a frame");
}

/** The size of the frame that begins here; that of its header as long as there is less. */
function frameSize(held: Uint8Array): number {
	if (held.length < HEADER_BYTES) return HEADER_BYTES;
	const [json, raw] = frameLengths(held);
	return checkSize(HEADER_BYTES + json + raw);
}

function frameLengths(held: Uint8Array): [json: number, raw: number] {
	const view = new DataView(held.buffer, held.byteOffset, HEADER_BYTES);
	return [view.getUint32(0), view.getUint32(4)];
}

function checkSize(size: number): number {
	if (size > MAX_FRAME_BYTES)
		throw new Error(`a frame of ${size} bytes is over the limit`);
	return size;
}

function parseFrame<M>(frame: Uint8Array): M {
	const rawAt = HEADER_BYTES + frameLengths(frame)[0];
	const text = new TextDecoder().decode(frame.subarray(HEADER_BYTES, rawAt));
	const raw = () => new Uint8Array(frame.subarray(rawAt));
	return giveBytes(JSON.parse(text), raw) as M;
}

// Bytes stand in two kinds of messages and nowhere else, so nothing in a result can be taken for them.

function takeBytes(message: ToFar | ToNear): [rest: unknown, raw: Uint8Array] {
	if ("stdin" in message && message.stdin !== null)
		return [{ stdin: 0 }, message.stdin];
	if ("event" in message && message.event.type === "output") {
		const { bytes, ...event } = message.event;
		return [{ event }, bytes];
	}
	return [message, new Uint8Array(0)];
}

function giveBytes(
	message: ToFar | ToNear,
	raw: () => Uint8Array,
): ToFar | ToNear {
	if ("stdin" in message && message.stdin !== null) return { stdin: raw() };
	if ("event" in message && message.event.type === "output")
		return { event: { ...message.event, bytes: raw() } };
	return message;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
	const [first] = parts;
	if (parts.length === 1 && first !== undefined) return first;
	const joined = new Uint8Array(
		parts.reduce((sum, { length }) => sum + length, 0),
	);
	let at = 0;
	for (const part of parts) {
		joined.set(part, at);
		at += part.length;
	}
	return joined;
}
