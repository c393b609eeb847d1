import {
	decodeFrames,
	encodeFrame,
	MAX_FRAME_BYTES,
	type ToFar,
	type ToNear,
} from "@llorch/core";
import { expect, test } from "vitest";
import { type Conversation, silence } from "../src/app/conversation.ts";
import { serveFar } from "../src/app/far.ts";
import { forward } from "../src/app/near.ts";
import { fakeCatalog } from "./fake-catalog.ts";
import { llorch, wirePair } from "./session.ts";

const START = { argv: ["x"], directory: "", interactive: true, hasStdin: true };
const never = () => new AbortController().signal;

/** A near side by hand, against a far side that runs `perform`. */
function farSide(perform: Parameters<typeof serveFar>[1]) {
	const [near, far] = wirePair();
	const served = serveFar(far, perform);
	const frames = decodeFrames<ToNear>(near.read);
	return {
		near,
		served,
		send: (message: ToFar) => near.write(encodeFrame(message)),
		next: async () => (await frames.next()).value as ToNear,
	};
}

test("the far side gets what was typed and piped, and sends what it did", async () => {
	const side = farSide(async ({ argv }, { conversation }) => {
		const chunks: string[] = [];
		for await (const bytes of conversation.input() ?? [])
			chunks.push(new TextDecoder().decode(bytes));
		const answer = await conversation.ask(
			{ id: "q", kind: "confirm", text: "Sure?" },
			{ signal: never() },
		);
		await conversation.finish(
			{ ok: true, exit: 0, result: { argv, chunks, answer } },
			{ render: () => "" },
		);
		return 0;
	});
	await side.send({ start: START });
	await side.send({ stdin: new TextEncoder().encode("piped ") });
	await side.send({ stdin: new TextEncoder().encode("words") });
	await side.send({ stdin: null });
	expect(await side.next()).toEqual({
		ask: { id: "q", kind: "confirm", text: "Sure?" },
	});
	await side.send({ answer: { id: "q", value: true } });
	expect(await side.next()).toMatchObject({
		done: {
			result: {
				argv: ["x"],
				chunks: ["piped ", "words"],
				answer: { value: true },
			},
		},
	});
	expect(await side.served).toBe(0);
});

test("whoever waits for piped input hears of the abort", async () => {
	const side = farSide(async (_start, { conversation, signal }) => {
		await expect(
			(async () => {
				for await (const _ of conversation.input() ?? []);
			})(),
		).rejects.toMatchObject({ info: { code: "LLORCH_INTERRUPTED" } });
		expect(signal.aborted).toBe(true);
		return 130;
	});
	await side.send({ start: START });
	await side.send({ stdin: new TextEncoder().encode("some") });
	await side.send({ abort: "LLORCH_INTERRUPTED" });
	expect(await side.served).toBe(130);
});

test("a far side is promised no input that it will not get", async () => {
	const [near, far] = wirePair();
	const served = serveFar(far, async ({ hasStdin }, { conversation }) => {
		await conversation.finish(
			{ ok: true, exit: 0, result: { hasStdin } },
			{ render: () => "" },
		);
		return 0;
	});
	expect(await forward(near, START, silence, never())).toMatchObject({
		result: { hasStdin: false },
	});
	await served;
});

test("a near side that cannot ask fails the far one with its own error", async () => {
	const side = farSide(async (_start, { conversation, signal }) => {
		const error = await conversation
			.ask({ id: "q", kind: "confirm", text: "Sure?" }, { signal })
			.catch((refused: Error) => refused);
		expect(error).toMatchObject({ info: { code: "LLORCH_NEEDS_ANSWER" } });
		return 2;
	});
	await side.send({ start: START });
	await side.next();
	await side.send({
		refused: {
			id: "q",
			error: { code: "LLORCH_NEEDS_ANSWER", message: "no terminal" },
		},
	});
	expect(await side.served).toBe(2);
});

test.each([
	["Ctrl-C at the desk", "LLORCH_INTERRUPTED"],
	["a wire that breaks", "LLORCH_HUNG_UP"],
] as const)(
	"%s aborts the far side, and whoever waits for an answer",
	async (how, code) => {
		const side = farSide(async (_start, { conversation, signal }) => {
			const asked = conversation.ask(
				{ id: "q", kind: "text", text: "?" },
				{ signal },
			);
			await expect(asked).rejects.toMatchObject({ info: { code } });
			expect(signal.reason).toMatchObject({ info: { code } });
			return 1;
		});
		await side.send({ start: START });
		await side.next();
		if (code === "LLORCH_INTERRUPTED") await side.send({ abort: code });
		else await side.near.end();
		expect(await side.served, how).toBe(1);
	},
);

test("a command that is to outlive the wire works on, telling and asking nobody", async () => {
	const said: string[] = [];
	const side = farSide(async (_start, { conversation, signal }) => {
		const input = (async () => {
			for await (const _ of conversation.input() ?? []);
		})();
		const question = { id: "q", kind: "confirm", text: "Sure?" } as const;
		const asked = conversation.ask(question, { signal });
		for (const waiting of [input, asked])
			await waiting.catch(({ info }) => said.push(info.code));
		await conversation.handle({ type: "note", level: "info", text: "on" });
		await conversation
			.ask(question, { signal })
			.catch(({ info }) => said.push(info.code));
		said.push(signal.aborted ? "aborted" : "works on");
		return 0;
	});
	await side.send({ start: { ...START, outlives: true } });
	await side.next();
	await side.near.end();
	expect(await side.served).toBe(0);
	expect(said).toEqual([...Array(3).fill("LLORCH_HUNG_UP"), "works on"]);
});

test("a wire that begins with anything but a start is refused", async () => {
	const side = farSide(async () => 0);
	await side.send({ stdin: null });
	await expect(side.served).rejects.toThrow("did not begin with a start frame");
});

/** A far side by hand, for `forward`. */
async function forwarding(
	conversation: Partial<Conversation>,
	signal = never(),
) {
	const [near, far] = wirePair();
	const done = forward(near, START, { ...silence, ...conversation }, signal);
	const frames = decodeFrames<ToFar>(far.read);
	expect((await frames.next()).value).toEqual({
		start: { ...START, hasStdin: conversation.input !== undefined },
	});
	return {
		done,
		far,
		send: (message: ToNear) => far.write(encodeFrame(message)),
		next: async () => (await frames.next()).value as ToFar,
	};
}

test("the near side pumps its input, answers, and hands over events in order", async () => {
	const seen: string[] = [];
	const side = await forwarding({
		async handle(event) {
			if (event.type === "note") seen.push(event.text);
		},
		input: async function* () {
			yield Buffer.from("hi");
		},
		ask: async ({ id }) => ({ id, value: "blue" }),
	});
	expect(await side.next()).toEqual({
		stdin: new TextEncoder().encode("hi"),
	});
	expect(await side.next()).toEqual({ stdin: null });
	await side.send({ event: { type: "note", level: "info", text: "one" } });
	await side.send({ ask: { id: "c", kind: "text", text: "Colour?" } });
	expect(await side.next()).toEqual({ answer: { id: "c", value: "blue" } });
	await side.send({ event: { type: "note", level: "info", text: "two" } });
	await side.send({ done: { ok: true, exit: 0, result: 7 } });
	expect(await side.done).toEqual({ ok: true, exit: 0, result: 7 });
	expect(seen).toEqual(["one", "two"]);
});

test("a near side that is interrupted tells the far one, and still takes its last word", async () => {
	const controller = new AbortController();
	const side = await forwarding({}, controller.signal);
	controller.abort(new Error("closed"));
	expect(await side.next()).toEqual({ abort: "LLORCH_INTERRUPTED" });
	await side.send({ done: { ok: false, exit: 130 } });
	expect(await side.done).toEqual({ ok: false, exit: 130 });
});

test("a far side that goes away is an error that says so", async () => {
	const side = await forwarding({});
	await side.far.end();
	await expect(side.done).rejects.toMatchObject({
		info: { code: "LLORCH_HUNG_UP" },
	});
});

test("a bug of the far side is told at the desk, also one in sending its last word", async () => {
	const path = "x".repeat(MAX_FRAME_BYTES);
	const giant = {
		...fakeCatalog(),
		// biome-ignore lint/correctness/useYield: a use case with nothing to tell on the way
		async *path() {
			return { path };
		},
	};
	const { stderr, code } = await llorch("models path tiny", {
		wire: true,
		parts: { catalog: async () => giant as never },
	});
	expect(stderr).toContain("over the limit");
	expect(code).toBe(70);
});
