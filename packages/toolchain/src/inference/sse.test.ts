import fc from "fast-check";
import { expect, test } from "vitest";
import { createSseReader } from "./sse.ts";
import { readWorkerEvent } from "./worker-events.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const read = (text: string) => createSseReader().push(bytes(text));

test.each([
	["data: a\n\n", [{ event: "message", data: "a" }]],
	[
		"data:a\r\n\r\ndata: b\r\rdata: c\n\n",
		[
			{ event: "message", data: "a" },
			{ event: "message", data: "b" },
			{ event: "message", data: "c" },
		],
	],
	["event: end\ndata: 1\ndata: 2\n\n", [{ event: "end", data: "1\n2" }]],
	[": comment\n\nid: 1\nretry: 5\n\n", []],
	["data\n\n", [{ event: "message", data: "" }]],
	["data:  two\n\n", [{ event: "message", data: " two" }]],
	["data: cut", []],
	["\ufeffdata: a\n\n", [{ event: "message", data: "a" }]],
])("%j", (text, events) => {
	expect(read(text)).toEqual(events);
});

test("a stream cut anywhere holds the same events", () => {
	const text =
		'event: token\ndata: {"t":"größer 🐻"}\r\n\r\ndata: x\r\rdata: y\n\n: end\n';
	fc.assert(
		fc.property(
			fc.array(fc.integer({ min: 1, max: 9 }), {
				minLength: 60,
				maxLength: 60,
			}),
			(sizes) => {
				const whole = bytes(text);
				const reader = createSseReader();
				let at = 0;
				const events = sizes.flatMap((size) => {
					const piece = whole.slice(at, at + size);
					at += size;
					return reader.push(piece);
				});
				expect(events).toEqual(read(text));
			},
		),
	);
	expect(read(text)).toHaveLength(3);
});

test.each([
	['{"t":"a","i":0}', { kind: "token", text: "a" }],
	['{"type":"token","t":""}', { kind: "token", text: "" }],
	['{"type":"end","tokens_out":3}', { kind: "end" }],
	["[DONE]", { kind: "end" }],
	['{"type":"error","message":"no"}', { kind: "error", message: "no" }],
	[
		'{"type":"error","error":{"x":1}}',
		{ kind: "error", message: '{"type":"error","error":{"x":1}}' },
	],
	['{"type":"started"}', { kind: "other" }],
	['{"type":3,"t":4}', { kind: "other" }],
	["keep-alive", { kind: "other" }],
	["null", { kind: "other" }],
])("the worker's event %s", (data, event) => {
	expect(readWorkerEvent({ event: "message", data })).toEqual(event);
});

test("an event may be named outside of its data", () => {
	expect(readWorkerEvent({ event: "end", data: "{}" })).toEqual({
		kind: "end",
	});
});
