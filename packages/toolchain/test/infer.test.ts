import { once } from "node:events";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { LlorchError } from "@llorch/core";
import { realTest } from "@llorch/testkit";
import { afterAll, afterEach, beforeAll, describe, expect } from "vitest";
import { buildWorker } from "../src/build/build.ts";
import { type InferFlags, infer } from "../src/inference/infer.ts";
import { readRuns } from "../src/inference/runs.ts";
import type { Surroundings } from "../src/surroundings.ts";
import { ended, makeWorkshop, never, type Workshop } from "./workshop.ts";

let shop: Workshop;
beforeAll(async () => {
	shop = await makeWorkshop();
	await ended(
		buildWorker(shop.surroundings(), {
			backend: "cpu",
			debug: false,
			signal: never,
		}),
	);
});
afterAll(() => shop.world.dispose());
afterEach(async () => {
	expect(await shop.world.processes()).toEqual([]);
});

const FLAGS: InferFlags = {
	backend: "cpu",
	prompt: "Es war einmal",
	maxTokens: 6,
	debug: false,
	signal: never,
};
const STORY = "Es war einmal was ein Bär 🐻 größer was";

const run = (
	env: Readonly<Record<string, string>> = {},
	flags: Partial<InferFlags> = {},
	change: (surroundings: Surroundings) => void = () => {},
) => {
	const surroundings = shop.surroundings(env);
	change(surroundings);
	return ended(infer(surroundings, { ...FLAGS, ...flags }));
};
const logs = () =>
	readRuns(shop.world.path("~/.local/state/llorch/inference"), {
		runs: 1,
		lines: 999_999,
	});

describe("test inference", () => {
	realTest(["cargo"], "streams what the worker says", async () => {
		const { result, error, text, notes } = await run({}, { device: 3 });
		expect(error).toBeUndefined();
		expect(result).toMatchObject({
			backend: "cpu",
			binary: shop.world.path("target/release/llorch-cpu-candled"),
			model: shop.world.path("models/tiny.gguf"),
			prompt: "Es war einmal",
			text: STORY,
			tokens: 6,
		});
		expect(text("out")).toBe(STORY);
		expect(notes).toEqual([
			expect.stringMatching(/^starting .*llorch-cpu-candled on port \d+$/),
		]);
		const [logged] = await logs();
		expect(logged).toMatchObject({
			log: result.log,
			response: STORY,
			record: { status: "ok", prompt: "Es war einmal", backend: "cpu" },
		});
		expect(logged?.tail).toContain("callback http://localhost:9999");
		// Only CUDA has numbers for its devices.
		expect(logged?.tail).toContain("CUDA_VISIBLE_DEVICES=");
		expect(logged?.tail.at(-1)).toMatch(
			/^execute {"job_id":"[^"]+","prompt":"Es war einmal","max_tokens":6,"temperature":0.7,"seed":42}$/,
		);
		expect((await stat(result.log)).mode & 0o777).toBe(0o600);
	});

	realTest(["cargo"], "reads tokens that arrive byte by byte", async () => {
		const { result, text } = await run({ FIXTURE_SPLIT: "1" });
		expect(result.text).toBe(STORY);
		expect(text("out")).toBe(STORY);
	});

	realTest(
		["cargo"],
		"waits for a worker that loads, and shows much with --debug",
		async () => {
			const { result, notes } = await run(
				{ FIXTURE_LOADING: "3", FIXTURE_LOUD: "1" },
				{ debug: true },
			);
			expect(result.text).toBe(STORY);
			expect(notes.slice(1)).toHaveLength(5);
			expect(notes[2]).toBe('event message: {"t":"Es war einmal","i":0}');
			expect((await logs())[0]?.tail).toContain("RUST_LOG=debug");
		},
	);

	realTest(["cargo"], "two at once both work", async () => {
		const both = await Promise.all([run(), run({ FIXTURE_SPLIT: "1" })]);
		expect(both.map(({ result }) => result.text)).toEqual([STORY, STORY]);
	});
});

describe("a worker in trouble", () => {
	realTest(
		["cargo"],
		"that dies at its start shows its log at once",
		async () => {
			const { error, text } = await run({ FIXTURE_DIE: "start" });
			expect(error).toMatchObject({
				code: "LLORCH_WORKER_DIED",
				message: "the worker ended with exit code 3 before it was ready",
				run: ["test", "logs"],
				details: {
					tail: expect.arrayContaining([
						"Error: cannot load the model: no such tensor 'blk.0.attn_q.weight'",
					]),
				},
			});
			expect(text("err")).toContain("Error: cannot load the model");
			expect((await logs())[0]?.record).toMatchObject({
				status: "failed",
				error: { code: "LLORCH_WORKER_DIED" },
			});
		},
	);

	realTest(
		["cargo"],
		"that dies while it loads, or in its answer",
		async () => {
			expect((await run({ FIXTURE_DIE: "loading" })).error?.message).toBe(
				"the worker ended with exit code 4 before it was ready",
			);
			const { error, text } = await run({ FIXTURE_DIE: "token" });
			expect(error?.message).toBe(
				"the worker ended with exit code 5 in the middle of its answer",
			);
			// The error begins on a line of its own.
			expect(text("out")).toBe("Es war einmal was\n");
			expect((await logs())[0]?.response).toBe("Es war einmal was");
		},
	);

	realTest(
		["cargo"],
		"that breaks off, refuses, or is never ready",
		async () => {
			expect((await run({ FIXTURE_CUT: "token" })).error).toMatchObject({
				code: "LLORCH_WORKER_CUT_OFF",
				message: "the connection broke after 2 of 6 tokens",
			});
			expect((await run({ FIXTURE_REFUSE: "1" })).error).toMatchObject({
				code: "LLORCH_WORKER_REFUSED",
				message:
					'the worker answered with 500: {"error":"no room for the context"}',
			});
			const slow = await run(
				{ FIXTURE_LOADING: "999999" },
				{},
				(surroundings) => {
					surroundings.settings.worker.ready_timeout = 0.3;
				},
			);
			expect(slow.error).toMatchObject({
				code: "LLORCH_WORKER_NOT_READY",
				message:
					"the worker is not ready after 0.3 s: /health answers with 503",
			});
		},
	);

	realTest(
		["cargo"],
		"that leaves a stubborn child takes it along",
		async () => {
			expect((await run({ FIXTURE_STUBBORN: "1" })).result.text).toBe(STORY);
		},
	);

	for (const [when, message] of [
		["start", "the worker ended with exit code 3 before it was ready"],
		["token", "the worker ended with exit code 5 in the middle of its answer"],
	] as const)
		realTest(
			["cargo"],
			`that dies by itself (${when}) takes its stubborn child along`,
			async () => {
				const { error } = await run({
					FIXTURE_DIE: when,
					FIXTURE_STUBBORN: "1",
				});
				expect(error?.message).toBe(message);
				expect(await shop.world.processes()).toEqual([]);
			},
		);

	realTest(["cargo"], "that ignores TERM is ended all the same", async () => {
		expect((await run({ FIXTURE_DEAF: "1" })).result.text).toBe(STORY);
		expect(await shop.world.processes()).toEqual([]);
	});

	realTest(
		["cargo"],
		"that dies before it gets the prompt did not die in its answer",
		async () => {
			expect((await run({ FIXTURE_DIE: "ready" })).error).toMatchObject({
				code: "LLORCH_WORKER_DIED",
				message: "the worker ended with exit code 6 before it answered",
			});
		},
	);

	realTest(
		["cargo"],
		"is ended by an abort in the middle of its answer",
		async () => {
			const controller = new AbortController();
			const reason = new LlorchError("LLORCH_INTERRUPTED", "interrupted");
			const work = infer(shop.surroundings({ FIXTURE_NEVER: "1" }), {
				...FLAGS,
				signal: controller.signal,
			});
			const { error } = await ended(work, (event) => {
				if (event.type === "output") controller.abort(reason);
			});
			expect(error).toEqual(reason.info);
			expect((await logs())[0]).toMatchObject({
				record: { status: "failed", error: { code: "LLORCH_INTERRUPTED" } },
				response: expect.stringContaining("Es war einmal"),
			});
		},
	);

	realTest(
		["cargo"],
		"an abort is a failure, also where the answer looks whole and the worker ignores TERM",
		async () => {
			const controller = new AbortController();
			const reason = new LlorchError("LLORCH_INTERRUPTED", "interrupted");
			const work = infer(
				shop.surroundings({
					FIXTURE_NEVER: "1",
					FIXTURE_PLAIN: "1",
					FIXTURE_DEAF: "1",
				}),
				{ ...FLAGS, signal: controller.signal },
			);
			const { error } = await ended(work, (event) => {
				if (event.type === "output") controller.abort(reason);
			});
			expect(error).toEqual(reason.info);
			expect((await logs())[0]?.record).toMatchObject({
				status: "failed",
				error: { code: "LLORCH_INTERRUPTED" },
			});
		},
	);

	realTest(["cargo"], "is ended by an abort before it is ready", async () => {
		const controller = new AbortController();
		const reason = new LlorchError("LLORCH_INTERRUPTED", "interrupted");
		const work = infer(shop.surroundings({ FIXTURE_LOADING: "999999" }), {
			...FLAGS,
			signal: controller.signal,
		});
		const { error } = await ended(work, (event) => {
			if (event.type === "note")
				setTimeout(() => controller.abort(reason), 100);
		});
		expect(error).toEqual(reason.info);
	});
});

describe("before a worker is started", () => {
	realTest(["cargo"], "it must have been built", async () => {
		expect((await run({}, { backend: "cuda" })).error).toMatchObject({
			code: "LLORCH_WORKER_NOT_BUILT",
			run: ["build", "worker", "cuda"],
		});
	});

	realTest(["cargo"], "old ones are told", async () => {
		await shop.world.write({
			"bin/llorch-candled/src/answer.rs": `${await shop.world.read("bin/llorch-candled/src/answer.rs")}\n`,
		});
		const { notes, result } = await run();
		expect(notes[0]).toMatch(
			/^llorch-cpu-candled is older than .*answer.rs: llorch build worker cpu makes it new$/,
		);
		expect(result.text).toBe(STORY);
	});

	realTest(
		["cargo"],
		"its model is looked for on the disk and in the catalog",
		async () => {
			const model = async (asked: string) =>
				(await run({}, { model: asked })).error;
			expect(await model("./none.gguf")).toMatchObject({
				code: "LLORCH_WORKER_MODEL_MISSING",
				message: `there is no model at ${shop.world.path("none.gguf")}`,
			});
			expect(await model("none")).toMatchObject({
				code: "LLORCH_UNKNOWN_MODEL",
			});
			const known = await run({}, { model: "tiny" }, (surroundings) => {
				surroundings.modelPath = async (id) => `/cache/${id}.gguf`;
			});
			expect(known.result.model).toBe("/cache/tiny.gguf");
			const absent = await run({}, { model: "models" }, (surroundings) => {
				surroundings.modelPath = () =>
					Promise.reject(new LlorchError("LLORCH_MODEL_ABSENT", "not here"));
			});
			expect(absent.error).toMatchObject({ code: "LLORCH_MODEL_ABSENT" });
			expect((await run({}, { model: "models" })).result.model).toBe(
				shop.world.path("models"),
			);
		},
	);

	realTest(["cargo"], "a port that is in use is refused", async () => {
		const server = createServer().listen(0, "127.0.0.1");
		await once(server, "listening");
		const { port } = server.address() as { port: number };
		expect((await run({}, { port })).error).toMatchObject({
			code: "LLORCH_PORT_TAKEN",
		});
		server.close();
		await once(server, "close");
		expect((await run({}, { port })).result.text).toBe(STORY);
	});

	realTest(["cargo"], "its log needs a place", async () => {
		const { error } = await run({}, {}, (surroundings) => {
			surroundings.stateFolder = join(shop.world.path("models/tiny.gguf"), "x");
		});
		expect(error).toMatchObject({ code: "LLORCH_STATE_UNWRITABLE" });
	});
});
