import { describe, expect } from "vitest";
import { realTest } from "../needs.ts";
import { realPart } from "../parts.ts";
import { programSession } from "../session/index.ts";
import { makeWorld } from "../world.ts";
import type { BehaviourInput } from "./behaviour.ts";
import { extraOpenAiModelsYaml, startOpenAiServer } from "./server.ts";

// Proves the server faithful: what the real llm makes of its answers.

/** A world whose llm knows one model, `tiny local`, that behaves like this. */
async function llmWorld(behaviour: BehaviourInput) {
	const server = await startOpenAiServer({ models: { served: behaviour } });
	const world = await makeWorld();
	await world.write({
		"~/.config/io.datasette.llm/extra-openai-models.yaml":
			extraOpenAiModelsYaml([
				{ id: "tiny local", name: "served", url: server.url },
				{
					id: "plain",
					name: "served",
					url: server.url,
					canStream: false,
					keyName: "mine",
				},
			]),
	});
	const llm = programSession(world, { file: realPart("llm"), args: [] });
	return {
		server,
		llm,
		ask: (...more: string[]) =>
			llm(["-n", "-u", "-m", "tiny local", ...more], {
				stdin: "hello big world",
			}),
		[Symbol.asyncDispose]: async () => {
			await server.close();
			await world.dispose();
		},
	};
}

describe("the real llm", () => {
	realTest(
		["llm"],
		"streams an answer and reports the tokens that the server told it",
		async () => {
			await using given = await llmWorld({ usage: { input: 12, output: 34 } });
			expect(await given.ask()).toEqual({
				stdout: "You said: hello big world\n",
				stderr: "Token usage: 12 input, 34 output\n",
				code: 0,
				signal: null,
			});
			expect(given.server.requests).toMatchObject([
				{
					model: "served",
					stream: true,
					prompt: "hello big world",
					usage: { input: 12, output: 34 },
					finished: true,
				},
			]);
			const whole = await given.ask("--no-stream");
			expect(whole.stdout).toBe("You said: hello big world\n");
			expect(given.server.requests[1]).toMatchObject({ stream: false });
		},
	);

	realTest(["llm"], "sends the key that a model names", async () => {
		await using given = await llmWorld({});
		await given.llm("-n -m plain hi", { env: { OPENAI_API_KEY: "a-key" } });
		expect(given.server.requests).toMatchObject([
			{ stream: false, headers: { authorization: "Bearer a-key" } },
		]);
	});

	realTest(["llm"], "tells a refusal", async () => {
		await using given = await llmWorld({ status: 401, message: "bad key" });
		expect(await given.ask()).toMatchObject({
			stdout: "",
			stderr: "Error: Error code: 401 - bad key\n",
			code: 1,
		});
		expect(given.server.requests.length).toBe(1);
	});

	realTest(["llm"], "tries again after 429, when it is told to", async () => {
		await using given = await llmWorld([{ status: 429, retryAfter: 0 }, {}]);
		expect(await given.ask()).toMatchObject({ code: 0 });
		expect(given.server.requests.map(({ status }) => status)).toEqual([
			429, 200,
		]);
	});

	realTest(["llm"], "keeps what came before a cut", async () => {
		await using given = await llmWorld({ cutAfter: 2 });
		expect(await given.ask()).toMatchObject({
			stdout: "You said:",
			stderr: "Error: Connection error.\n",
			code: 1,
		});
	});

	realTest(
		["llm"],
		"does not notice an answer that was cut short by its length",
		async () => {
			await using given = await llmWorld({
				finishReason: "length",
				usage: false,
			});
			expect(await given.ask()).toMatchObject({
				stderr: "Token usage: \n",
				code: 0,
			});
		},
	);
});
