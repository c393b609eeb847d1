import { PassThrough, Writable } from "node:stream";
import type { Event } from "@llorch/core";
import { expect, test } from "vitest";
import { silence } from "../../app/conversation.ts";
import type { Invocation } from "../../app/invocation.ts";
import { styleFor } from "../style.ts";
import { createLineProgress } from "./lines.ts";
import { createLocalConversation } from "./local.ts";

/** What a terminal is sent on each stream when it is told these events. */
async function show(events: readonly Event[]) {
	const sent = { out: "", err: "" };
	const terminal = (stream: "out" | "err") =>
		Object.assign(
			new Writable({
				write(chunk, _encoding, done) {
					sent[stream] += chunk;
					done();
				},
			}),
			{ isTTY: true, columns: 80 },
		);
	const clock = { now: () => 0, sleep: async () => {} };
	const invocation: Invocation = {
		argv: [],
		env: {},
		cwd: "/",
		home: "/",
		stdin: new PassThrough(),
		stdout: terminal("out"),
		stderr: terminal("err"),
		clock,
		signal: new AbortController().signal,
		interrupt: () => {},
	};
	const conversation = createLocalConversation({
		invocation,
		quiet: false,
		out: styleFor(invocation.stdout, { color: false, env: {} }),
		err: styleFor(invocation.stderr, { color: false, env: {} }),
		progress: createLineProgress(clock),
		ask: silence.ask,
	});
	for (const event of events) await conversation.handle(event);
	await conversation.finish({ ok: true, exit: 0 }, { render: () => "" });
	return sent;
}

test("a character cut in two arrives whole, and half of one at the end is not lost", async () => {
	const euro = new TextEncoder().encode("€");
	const output = (stream: "out" | "err", bytes: Uint8Array): Event => ({
		type: "output",
		stream,
		bytes,
	});
	expect(
		await show([
			output("out", euro.subarray(0, 1)),
			output("err", euro.subarray(0, 2)),
			output("out", euro.subarray(1)),
			output("err", euro.subarray(2)),
			output("out", euro.subarray(0, 2)),
		]),
	).toEqual({ out: "€\ufffd", err: "€" });
});

test("a note holds no password", async () => {
	const text = "see http://me:geheim@hub/org/name\u001b[2J";
	expect(await show([{ type: "note", level: "info", text }])).toEqual({
		out: "",
		err: "see http://***@hub/org/name\n",
	});
});

test("nobody can draw on the terminal with a label or the tag of a lane", async () => {
	const sent = await show([
		{
			type: "progress",
			task: "t",
			label: "tiny\u001b[2J",
			done: 1,
			total: 1,
			unit: "items",
		},
		{
			type: "output",
			lane: "mac\u001b[2J",
			stream: "out",
			bytes: new TextEncoder().encode("hi\n"),
		},
	]);
	expect(sent).toEqual({ out: "[mac] hi\n", err: "tiny  1 of 1  100 %\n" });
});
