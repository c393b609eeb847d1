import fc from "fast-check";
import { expect, test } from "vitest";
import {
	decodeFrames,
	encodeFrame,
	MAX_FRAME_BYTES,
	type ToFar,
	type ToNear,
} from "./wire.ts";

async function* pieces(bytes: Uint8Array, size: number) {
	for (let at = 0; at < bytes.length; at += size)
		yield bytes.slice(at, at + size);
}

async function decodeAll(chunks: AsyncIterable<Uint8Array>) {
	const messages: (ToFar | ToNear)[] = [];
	for await (const message of decodeFrames(chunks)) messages.push(message);
	return messages;
}

test("messages survive being cut anywhere, bytes included", async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.array(fc.uint8Array({ maxLength: 50 }), {
				minLength: 1,
				maxLength: 5,
			}),
			fc.integer({ min: 1, max: 40 }),
			async (payloads, size) => {
				const messages: ToNear[] = payloads.map((bytes) => ({
					event: { type: "output", lane: "[é", stream: "out", bytes },
				}));
				const joined = Buffer.concat(messages.map(encodeFrame));
				expect(await decodeAll(pieces(joined, size))).toEqual(messages);
			},
		),
		{ numRuns: 50 },
	);
});

test("messages without bytes arrive as they were", async () => {
	const messages: ToFar[] = [
		{
			start: { argv: ["a"], directory: "", interactive: true, hasStdin: false },
		},
		{ stdin: null },
		{ answer: { id: "q", value: true } },
		{ abort: "LLORCH_INTERRUPTED" },
	];
	const joined = Buffer.concat(messages.map(encodeFrame));
	expect(await decodeAll(pieces(joined, 7))).toEqual(messages);
});

test("a wire that ends inside a frame, or claims a giant one, is an error", async () => {
	const frame = encodeFrame({ stdin: null });
	await expect(decodeAll(pieces(frame.slice(0, -1), 5))).rejects.toThrow(
		"ended inside a frame",
	);
	const giant = new Uint8Array(8);
	new DataView(giant.buffer).setUint32(0, MAX_FRAME_BYTES);
	await expect(decodeAll(pieces(giant, 8))).rejects.toThrow("over the limit");
});

test("a large frame in many pieces is put together once", async () => {
	// 32 MiB in 4 KiB: copied anew for each piece, that would be 128 GiB, minutes.
	const bytes = new Uint8Array(32 * 1024 * 1024).fill(7);
	const [message] = await decodeAll(
		pieces(encodeFrame({ stdin: bytes }), 4096),
	);
	expect(Buffer.compare((message as { stdin: Uint8Array }).stdin, bytes)).toBe(
		0,
	);
}, 10_000);

test("bytes arrive as bytes, a Buffer too; data that looks like ours arrives as it was", async () => {
	const messages: (ToFar | ToNear)[] = [
		{ stdin: Buffer.from("hi") },
		{ stdin: new Uint8Array(0) },
		{ done: { ok: true, exit: 0, result: { $bytes: 3, stdin: 0 } } },
		{ answer: { id: "stdin", value: "event" } },
	];
	const joined = Buffer.concat(messages.map(encodeFrame));
	expect(await decodeAll(pieces(joined, 7))).toEqual([
		{ stdin: new TextEncoder().encode("hi") },
		...messages.slice(1),
	]);
});

test("what no reader would accept is not sent", () => {
	const result = "x".repeat(MAX_FRAME_BYTES);
	expect(() => encodeFrame({ done: { ok: true, exit: 0, result } })).toThrow(
		"over the limit",
	);
});
