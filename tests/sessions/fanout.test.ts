import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import {
	extraOpenAiModelsYaml,
	llorchSession,
	makeWorld,
	type OpenAiOptions,
	programSession,
	realTest,
	soakCount,
	startOpenAiServer,
	type World,
} from "@llorch/testkit";
import { expect, onTestFinished } from "vitest";

// Python alone takes seconds to end on a busy machine.
const PATIENT = { timeout: 30_000 };

const SOAK = soakCount(12, 100);

const real = (title: string, body: () => Promise<void>, timeoutMs?: number) =>
	realTest(["llm", "llm-echo"], title, body, timeoutMs);

/** A world with the real llm, whose models are answered by a loopback server. */
async function open(models: OpenAiOptions["models"] = {}) {
	const server = await startOpenAiServer({ models });
	const world = await makeWorld({
		files: {
			"~/.config/io.datasette.llm/extra-openai-models.yaml":
				extraOpenAiModelsYaml(
					Object.keys(models).map((name) => ({
						id: name,
						name,
						url: server.url,
					})),
				) || "[]\n",
		},
	});
	onTestFinished(async () => {
		await server.close();
		await world.dispose();
	});
	return { server, world, llorch: llorchSession(world) };
}

/** A line of results.jsonl, as far as it is looked at here. */
type Answer = {
	label: string;
	status: string;
	text: string | null;
	meta: Record<string, unknown>;
	error?: { code: string };
};

async function readRun(world: World, folder?: string) {
	const [newest] = (await readdir(world.path("llorch-runs"))).sort().slice(-1);
	const path = folder ?? world.path("llorch-runs", newest ?? "");
	const lines = async (name: string) =>
		(await readFile(join(path, name), "utf8")).trimEnd().split("\n");
	return {
		path,
		lines,
		answers: async () =>
			(await lines("results.jsonl")).map((line) => JSON.parse(line) as Answer),
		files: () => readdir(path),
	};
}

/** What `llm logs` tells afterwards. */
async function readLog(world: World) {
	const llm = programSession(world, { file: "llm", args: [] });
	const { stdout, stderr } = await llm(["logs", "list", "-n", "0", "--json"]);
	expect(stderr).toBe("");
	return JSON.parse(stdout) as {
		prompt: string;
		response: string;
		model: string;
	}[];
}

real(
	"fanout asks the real llm, and tells what the server counted",
	async () => {
		const { llorch, server, world } = await open({
			good: { reply: "Because of that." },
			short: { reply: "Because", finishReason: "length" },
			locked: { status: 401, message: "bad key" },
		});
		const run = await llorch(
			'fanout -m good -m short -m locked -m "echo" -- -s "Be brief."',
			{ stdin: "why?\n" },
		);
		expect(run.code).toBe(6);
		const tagged = run.stdout
			.split("\n")
			.filter((line) => !line.startsWith("[echo]"));
		expect(tagged.sort()).toEqual([
			"",
			"[good] Because of that.",
			"[short] Because",
		]);
		expect(run.stderr).toContain(
			'warning: short: the answer was cut off (finish reason "length")\n',
		);
		expect(run.stderr).toContain("locked\terror\t");
		expect(run.stderr).toContain(
			"error: 1 of 4 calls failed: locked (LLORCH_SOME_FAILED)\n",
		);

		const artifacts = await readRun(world);
		expect((await artifacts.files()).sort()).toEqual([
			"journal.ndjson",
			"manifest.json",
			"results",
			"results.jsonl",
		]);
		const [good, short, locked, echo] = await artifacts.answers();
		const told = server.requests.find(({ model }) => model === "good");
		expect(told?.messages).toEqual([
			{ role: "system", content: "Be brief." },
			{ role: "user", content: "why?\n" },
		]);
		expect(good).toMatchObject({
			status: "ok",
			text: "Because of that.",
			meta: {
				input_tokens: told?.usage?.input,
				output_tokens: told?.usage?.output,
				resolved_model: "good",
				finish_reason: "stop",
				truncated: false,
				responses: 1,
			},
		});
		expect(short?.meta).toMatchObject({
			finish_reason: "length",
			truncated: true,
		});
		expect(locked).toMatchObject({
			status: "error",
			exit_code: 1,
			error: {
				code: "LLORCH_LLM_AUTH",
				message: expect.stringContaining("401"),
			},
		});
		expect(JSON.parse(echo?.text ?? "")).toMatchObject({
			prompt: "why?\n",
			system: "Be brief.",
		});
		const log = await readLog(world);
		expect(log.map(({ model }) => model).sort()).toEqual([
			"echo",
			"good",
			"short",
		]);
	},
);

real(
	`soak: fanout loses no answer and no log row of ${SOAK} calls, sixteen at once, where llm never ran before`,
	async () => {
		const { llorch, world } = await open();
		const prompts = Array.from(
			{ length: SOAK },
			(_, index) => `question ${index} of many`,
		);
		const run = await llorch(
			[
				"fanout",
				"-m",
				"echo",
				"--parallel",
				"16",
				...prompts.flatMap((prompt) => ["-p", prompt]),
			],
			{ killAfter: 20_000 + SOAK * 2_000 },
		);
		expect(run.stderr).toContain(
			`${SOAK} calls: ${SOAK} ok; ${SOAK} requests added to llm's logs\n`,
		);
		expect(run.code).toBe(0);
		const answers = await (await readRun(world)).answers();
		expect(answers.map(({ text }) => JSON.parse(text ?? "").prompt)).toEqual(
			prompts,
		);
		const log = await readLog(world);
		expect(log.map(({ prompt }) => prompt).sort()).toEqual([...prompts].sort());
		for (const { prompt, response } of log)
			expect(JSON.parse(response).prompt).toBe(prompt);
	},
	60_000 + SOAK * 3_000,
);

real(
	"fanout killed with kill -9 has every finished cell in its journal, leaves nothing running, and is put in order by the next",
	async () => {
		const { llorch, server, world } = await open({
			quick: { reply: "done" },
			stalls: { reply: "one two three", stallAfter: 2 },
		});
		const killed = llorch.start("fanout -m quick -m stalls -p why?");
		await killed.waitFor("[quick] done", "stdout");
		await server.waitFor(
			({ model, chunksSent }) => model === "stalls" && chunksSent === 2,
		);
		const first = await readRun(world);
		await expect
			.poll(async () => (await first.lines("journal.ndjson")).length, PATIENT)
			.toBe(2);
		killed.kill("SIGKILL");
		await killed.done;
		await server.waitFor(({ model, closed }) => model === "stalls" && closed);
		await expect.poll(() => world.processes(), PATIENT).toEqual([]);
		const [, row] = await first.lines("journal.ndjson");
		expect(JSON.parse(row ?? "")).toMatchObject({
			final: true,
			outcome: { status: "ok", value: { model: "quick", text: "done" } },
		});
		expect(await first.files()).not.toContain("results.jsonl");

		const next = await llorch("fanout -m quick -p again");
		expect(next.stderr).toContain(
			`the run ${first.path} was killed: its results are in order now, and 1 of its requests were added to llm's logs\n`,
		);
		expect(
			(await first.answers()).map(({ label, status, text }) => [
				label,
				status,
				text,
			]),
		).toEqual([
			["quick", "ok", "done"],
			["stalls", "skipped", ""],
		]);
		expect((await readLog(world)).map(({ prompt }) => prompt)).toEqual([
			"why?",
			"again",
		]);
	},
);

real(
	"Ctrl-C ends fanout with whole artifacts, and what a model had said",
	async () => {
		const { llorch, world } = await open({
			stalls: { reply: ["one\n", "two ", "three"], stallAfter: 2 },
		});
		const run = llorch.start("fanout -m stalls -m echo --parallel 1 -p why?");
		await run.waitFor("[stalls] one", "stdout");
		run.kill("SIGINT");
		const { code, stderr, stdout } = await run.done;
		expect(code).toBe(130);
		expect(stdout).toMatch(/^\[stalls\] one\n(\[stalls\] two \n)?$/);
		expect(stderr).toContain("error: interrupted\n");
		await expect.poll(() => world.processes(), PATIENT).toEqual([]);
		const [stalls, echo] = await (await readRun(world)).answers();
		expect(stalls).toMatchObject({
			status: "error",
			// Whether the second piece was read before the signal is a matter of chance.
			text: expect.stringMatching(/^one(\n|$)/),
			error: { code: "LLORCH_INTERRUPTED" },
		});
		expect(echo).toMatchObject({ status: "skipped" });
	},
);
