import { describe, expect, test } from "vitest";
import { startOpenAiServer } from "./server.ts";

const HELLO = {
	model: "m",
	messages: [{ role: "user", content: "hello big world" }],
};

function chat(url: string, body: object, headers = {}, signal?: AbortSignal) {
	return fetch(`${url}/chat/completions`, {
		method: "POST",
		headers: { "content-type": "application/json", ...headers },
		body: JSON.stringify(body),
		...(signal === undefined ? {} : { signal }),
	});
}

/** The events of a stream, parsed; the last word as it is. */
async function events(reply: Response): Promise<unknown[]> {
	return (await reply.text())
		.split("\n\n")
		.filter((event) => event !== "")
		.map((event) => event.replace(/^data: /, ""))
		.map((data) => (data === "[DONE]" ? data : JSON.parse(data)));
}

describe("the OpenAI-compatible server", () => {
	test("answers at once", async () => {
		await using server = await startOpenAiServer();
		const reply = await chat(server.url, HELLO);
		expect(await reply.json()).toMatchObject({
			object: "chat.completion",
			model: "m",
			choices: [
				{
					message: { role: "assistant", content: "You said: hello big world" },
					finish_reason: "stop",
				},
			],
			usage: { prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 },
		});
	});

	test("streams chunks, the usage when it is asked for, and the end", async () => {
		await using server = await startOpenAiServer({
			models: { m: { reply: ["a ", "b"], servedModel: "m-2026", delayMs: 1 } },
		});
		const asked = { ...HELLO, stream: true };
		const delta = (content: string) => ({ choices: [{ delta: { content } }] });
		const reply = await chat(server.url, {
			...asked,
			stream_options: { include_usage: true },
		});
		expect(reply.headers.get("content-type")).toBe("text/event-stream");
		expect(await events(reply)).toMatchObject([
			{ model: "m-2026", object: "chat.completion.chunk", ...delta("a ") },
			delta("b"),
			{ choices: [{ delta: {}, finish_reason: "stop" }] },
			{ choices: [], usage: { prompt_tokens: 3, completion_tokens: 2 } },
			"[DONE]",
		]);
		const plain = await events(await chat(server.url, asked));
		expect(plain.length).toBe(4);
		expect(server.requests).toMatchObject([
			{
				index: 0,
				prompt: "hello big world",
				stream: true,
				status: 200,
				chunksSent: 2,
				usage: { input: 3, output: 2 },
			},
			{ index: 1 },
		]);
		expect(server.requests[1]).not.toHaveProperty("usage");
	});

	test("goes through a list of behaviours, and keeps to its last", async () => {
		await using server = await startOpenAiServer({
			models: {
				m: [
					{ status: 429, retryAfter: 1, message: "slow down" },
					{ reply: "now" },
				],
			},
		});
		const first = await chat(server.url, HELLO);
		expect([first.status, first.headers.get("retry-after")]).toEqual([
			429,
			"1",
		]);
		expect(await first.json()).toMatchObject({
			error: { message: "slow down" },
		});
		for (let i = 0; i < 2; i++)
			expect(await (await chat(server.url, HELLO)).json()).toMatchObject({
				choices: [{ message: { content: "now" } }],
			});
		server.setModel("m", { status: 500 });
		const last = await chat(server.url, HELLO);
		expect(last.status).toBe(500);
		expect(server.requests.at(-1)).toMatchObject({ index: 0 });
	});

	test("decides by what was asked", async () => {
		await using server = await startOpenAiServer({
			models: {
				m: ({ prompt }) => ({
					reply: (request) => `${prompt} by ${request.model}`,
					usage: { input: 7, output: 9 },
					finishReason: "length",
				}),
			},
		});
		expect(await (await chat(server.url, HELLO)).json()).toMatchObject({
			choices: [
				{
					message: { content: "hello big world by m" },
					finish_reason: "length",
				},
			],
			usage: { prompt_tokens: 7, completion_tokens: 9 },
		});
	});

	test("reads a message that is a list of parts", async () => {
		await using server = await startOpenAiServer();
		await chat(server.url, {
			model: "m",
			messages: [
				{
					role: "user",
					content: [{ type: "text", text: "look" }, { type: "image_url" }],
				},
			],
		});
		expect(server.requests).toMatchObject([{ prompt: "look" }]);
	});

	test("knows its models and its key", async () => {
		await using server = await startOpenAiServer({
			models: { m: {} },
			apiKey: "k",
		});
		const models = await fetch(`${server.url}/models`);
		expect(await models.json()).toMatchObject({ data: [{ id: "m" }] });
		const auth = { authorization: "Bearer k" };
		expect((await chat(server.url, HELLO)).status).toBe(401);
		expect((await chat(server.url, HELLO, auth)).status).toBe(200);
		expect(
			(await chat(server.url, { ...HELLO, model: "x" }, auth)).status,
		).toBe(404);
		expect((await fetch(`${server.url}/none`)).status).toBe(404);
	});

	test("ends a stream without a reason or usage", async () => {
		await using server = await startOpenAiServer({
			behaviour: { reply: "a", finishReason: null, usage: false },
		});
		const body = {
			...HELLO,
			stream: true,
			stream_options: { include_usage: true },
		};
		expect(await events(await chat(server.url, body))).toMatchObject([
			{ choices: [{ delta: { content: "a" }, finish_reason: null }] },
			"[DONE]",
		]);
		const whole = await (await chat(server.url, HELLO)).json();
		expect(whole).not.toHaveProperty("usage");
	});

	test("breaks in the middle of a stream", async () => {
		await using server = await startOpenAiServer({
			models: { m: [{ cutAfter: 1 }, { errorAfter: 1, message: "boom" }] },
		});
		const body = { ...HELLO, stream: true };
		await expect((await chat(server.url, body)).text()).rejects.toThrow(
			"terminated",
		);
		expect(server.requests[0]).toMatchObject({
			chunksSent: 1,
			finished: false,
		});
		expect((await events(await chat(server.url, body))).at(-1)).toMatchObject({
			error: { message: "boom" },
		});
	});

	test("breaks before the headers", async () => {
		await using server = await startOpenAiServer({
			behaviour: { cutBeforeHeaders: true },
		});
		await expect(chat(server.url, HELLO)).rejects.toThrow("fetch failed");
	});

	test.each([{ stallBeforeHeaders: true }, { stallAfter: 1 }])(
		"stalls: %j",
		async (behaviour) => {
			await using server = await startOpenAiServer({ behaviour });
			const client = new AbortController();
			const reply = chat(
				server.url,
				{ ...HELLO, stream: true },
				{},
				client.signal,
			).then((answer) => answer.text());
			await server.waitFor(
				({ chunksSent }) => chunksSent === (behaviour.stallAfter ?? 0),
			);
			client.abort();
			await expect(reply).rejects.toThrow("aborted");
			await server.waitFor(({ closed }) => closed);
			expect(server.requests).toMatchObject([{ finished: false }]);
		},
	);

	test("holds calls open behind a gate, and counts how many were open at once", async () => {
		const gate = Promise.withResolvers<void>();
		await using server = await startOpenAiServer({
			behaviour: { gate: gate.promise },
		});
		const calls = [1, 2, 3].map(() => chat(server.url, HELLO));
		await server.waitFor(({ index }) => index === 2);
		gate.resolve();
		for (const call of calls) await (await call).text();
		await (await chat(server.url, HELLO)).text();
		expect(server.peak).toBe(3);
	});

	test("hangs up on what is no chat request", async () => {
		await using server = await startOpenAiServer();
		await expect(
			fetch(`${server.url}/chat/completions`, { method: "POST", body: "{" }),
		).rejects.toThrow("fetch failed");
	});
});
