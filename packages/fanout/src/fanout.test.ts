import { rmSync, writeFileSync } from "node:fs";
import { copyFile, mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Clock, type Event, follow, LlorchError } from "@llorch/core";
import { createLlm } from "@llorch/llm";
import { createLocalRunner, openJournal, systemClock } from "@llorch/run";
import { makeWorld, type World } from "@llorch/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { useStandIn } from "../test/stand-in.ts";
import type { FanoutAnswer } from "./answer.ts";
import { createFanout, type FanoutOptions } from "./fanout.ts";
import type { FanoutManifest } from "./manifest.ts";

let world: World;
beforeEach(async () => {
	world = await makeWorld({ tools: ["git"] });
	await useStandIn(world);
});
afterEach(() => world.dispose());

type Setup = {
	signal?: AbortSignal;
	clock?: Clock;
	input?: AsyncIterable<Uint8Array>;
	models?: unknown[];
};

function open({ signal, clock, input, models = [] }: Setup = {}) {
	const runner = createLocalRunner({
		env: world.env,
		cwd: world.folder,
		killAfterMs: 200,
	});
	return createFanout({
		runner,
		llm: createLlm({ runner }),
		clock: clock ?? systemClock,
		signal: signal ?? new AbortController().signal,
		cwd: world.folder,
		home: world.home,
		input,
		settings: {
			models,
			retries: 0,
			timeout: 300,
			parallel: 4,
			stream: true,
			outdir: "runs",
		},
		facts: {
			cliArgs: ["fanout", "-m", "a --key s3cret", "--", "--key", "s3cret"],
			hostname: "here",
			osInfo: "Linux 6 x64",
			configPaths: ["/x/.llorch.toml"],
			llorchVersion: "0.1.0",
		},
	});
}

const options = (changes: Partial<FanoutOptions> = {}): FanoutOptions => ({
	models: [],
	prompts: ["hello"],
	promptFiles: [],
	words: [],
	failFast: false,
	log: true,
	...changes,
});

async function run(
	changes: Partial<FanoutOptions>,
	{
		raw = false,
		onEvent,
		...setup
	}: Setup & { raw?: boolean; onEvent?: (event: Event) => void } = {},
) {
	const fanout = open(setup);
	const events: Event[] = [];
	const result = await follow(
		fanout.run(await fanout.plan(options(changes)), { raw }),
		(event) => {
			events.push(event);
			onEvent?.(event);
		},
	);
	return { result, events };
}

const read = async (folder: string, name: string) =>
	readFile(join(folder, name), "utf8");

const readResults = async (folder: string) =>
	(await read(folder, "results.jsonl"))
		.trimEnd()
		.split("\n")
		.map((line) => JSON.parse(line) as FanoutAnswer);

/** What was shown, lane by lane. */
function shown(events: readonly Event[], stream: "out" | "err" = "out") {
	const lanes: Record<string, string> = {};
	for (const event of events)
		if (event.type === "output" && event.stream === stream) {
			const lane = event.lane ?? "";
			lanes[lane] = (lanes[lane] ?? "") + new TextDecoder().decode(event.bytes);
		}
	return lanes;
}

const notes = (events: readonly Event[]) =>
	events.flatMap((event) => (event.type === "note" ? event.text : []));

describe("a run", () => {
	it("asks every model and keeps all there is to know", async () => {
		const { result, events } = await run({
			models: ["a", "b -o temperature 0.2", "broken"],
			words: ["-s", "be brief", "--key", "s3cret"],
		});
		expect(result).toMatchObject({
			ok: 2,
			failed: 1,
			skipped: 0,
			interrupted: false,
			logged: 0,
		});
		expect(shown(events)).toEqual({ a: "a: hello\n", b: "b: hello\n" });
		expect(shown(events, "err")).toEqual({
			broken: "Error: Error code: 400 - no\n",
		});
		const tree = (
			await world.tree(relative(world.folder, result.folder))
		).filter((name) => !name.startsWith("results/"));
		expect(tree).toEqual(["journal.ndjson", "manifest.json", "results.jsonl"]);

		const [a, b, broken] = await readResults(result.folder);
		expect(a).toEqual({
			id: expect.stringMatching(/^[0-9a-f]{16}$/),
			label: "a",
			model: "a",
			options: [],
			prompt:
				"2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
			repeat: 1,
			host: "local",
			status: "ok",
			duration_ms: expect.any(Number),
			exit_code: 0,
			text: "a: hello",
			meta: {
				started_at: expect.stringMatching(/^20.*Z$/),
				ran_on: "local",
				attempts: 1,
				input_tokens: null,
				output_tokens: null,
				token_details: null,
				model_duration_ms: null,
				resolved_model: null,
				response_id: null,
				conversation_id: null,
				responses: 0,
				finish_reason: null,
				truncated: null,
				signal: null,
			},
			command: [
				"llm",
				"prompt",
				"-m",
				"a",
				"--log",
				"-d",
				join(result.folder, "llm-logs", `${a?.id}-1.db`),
				"-s",
				"be brief",
				"--key",
				"***",
			],
			stderr_tail: "",
		});
		expect(b).toMatchObject({
			model: "b",
			options: ["-o", "temperature", "0.2"],
			status: "ok",
		});
		expect(broken).toMatchObject({
			status: "error",
			exit_code: 1,
			text: "",
			stderr_tail: "Error: Error code: 400 - no\n",
			error: {
				code: "LLORCH_LLM_REFUSED",
				message: "Error code: 400 - no",
			},
		});
		expect(
			JSON.parse(await read(result.folder, `results/${a?.id}.json`)),
		).toEqual(a);

		const manifest = JSON.parse(
			await read(result.folder, "manifest.json"),
		) as FanoutManifest;
		expect(manifest).toMatchObject({
			version: 1,
			kind: "llorch-fanout",
			cli_args: ["fanout", "-m", "a --key '***'", "--", "--key", "***"],
			resolved_models: ["a", "b", "broken"],
			timestamp: expect.stringMatching(/^20.*Z$/),
			hostname: "here",
			git_sha: null,
			config_paths_used: ["/x/.llorch.toml"],
			llm_version: "9.9",
			os_info: "Linux 6 x64",
			llorch_version: "0.1.0",
			plan: {
				models: [
					{ label: "a", name: "a", options: [] },
					{ label: "b", name: "b", options: ["-o", "temperature", "0.2"] },
					{ label: "broken", name: "broken", options: [] },
				],
				prompts: [{ digest: a?.prompt, bytes: 5, text: "hello" }],
				words: ["-s", "be brief", "--key", "***"],
				repeat: 1,
				parallel: 4,
				timeout_ms: 300_000,
				retries: 0,
				stream: true,
				fail_fast: false,
				log: true,
			},
		});
		expect(manifest.plan.cells.map(({ id }) => id)).toEqual([
			a?.id,
			b?.id,
			broken?.id,
		]);
	});

	it("leaves no trace of a key that stands with a model", async () => {
		const { result, events } = await run({
			models: ["a --key s3cret -u", "a", "b --key=s3cret"],
		});
		expect(result.answers.map(({ label }) => label)).toEqual([
			"a --key *** -u",
			"a",
			"b",
		]);
		for (const file of await world.tree(relative(world.folder, result.folder)))
			expect(await read(result.folder, file)).not.toContain("s3cret");
		expect(JSON.stringify([result, events, shown(events)])).not.toContain(
			"s3cret",
		);
	});

	it("names the commit that was checked out", async () => {
		await world.git("init", "-q");
		await world.git("commit", "-q", "--allow-empty", "-m", "x");
		const { result } = await run({ models: ["a"] });
		const manifest = JSON.parse(await read(result.folder, "manifest.json"));
		expect(`${manifest.git_sha}\n`).toBe(await world.git("rev-parse", "HEAD"));
	});

	it("gives each its own folder to two runs in one second", async () => {
		const clock = {
			...systemClock,
			now: () => Date.UTC(2026, 10, 21, 8, 12, 33),
		};
		const folders = await Promise.all(
			[1, 2].map(
				async () => (await run({ models: ["a"] }, { clock })).result.folder,
			),
		);
		expect(folders.sort()).toEqual([
			world.path("runs", "2026-11-21T08-12-33Z"),
			world.path("runs", "2026-11-21T08-12-33Z-2"),
		]);
	});

	it("stops a call at its time limit, with all its processes, and keeps what came until then", async () => {
		const { result } = await run({ models: ["slow", "a"], timeout: 0.3 });
		const [slow, a] = await readResults(result.folder);
		expect(slow).toMatchObject({
			status: "timeout",
			exit_code: null,
			text: "first",
			stderr_tail: "thinking\n",
			error: {
				code: "LLORCH_LLM_TIMEOUT",
				message: "stopped after 300 ms",
			},
		});
		expect(a?.status).toBe("ok");
		expect(await world.processes()).toEqual([]);
	});

	it("keeps whole artifacts when it is interrupted", async () => {
		const stop = new AbortController();
		const reason = new LlorchError("LLORCH_INTERRUPTED", "interrupted");
		const begun = new Set<string | undefined>();
		const { result } = await run(
			{ models: ["a", "slow", "slow2", "b"], parallel: 2 },
			{
				signal: stop.signal,
				onEvent: (event) => {
					if (event.type === "output" && event.stream === "out")
						begun.add(event.lane);
					if (begun.has("slow") && begun.has("slow2")) stop.abort(reason);
				},
			},
		);
		expect(result).toMatchObject({
			ok: 1,
			failed: 2,
			skipped: 1,
			interrupted: true,
		});
		const answers = await readResults(result.folder);
		expect(
			answers.map(({ label, status, text, error }) => [
				label,
				status,
				text,
				error?.code,
			]),
		).toEqual([
			["a", "ok", "a: hello", undefined],
			["slow", "error", "first", "LLORCH_INTERRUPTED"],
			["slow2", "error", "first", "LLORCH_INTERRUPTED"],
			["b", "skipped", "", undefined],
		]);
		expect(await world.processes()).toEqual([]);
	});

	it("ends at the first failure when told to, and says what was skipped", async () => {
		const { result } = await run({
			models: ["slow", "broken", "b"],
			parallel: 2,
			failFast: true,
		});
		expect(result).toMatchObject({
			ok: 0,
			failed: 1,
			skipped: 2,
			interrupted: false,
		});
		const answers = await readResults(result.folder);
		expect(answers.map(({ label, status }) => [label, status])).toEqual([
			["slow", "skipped"],
			["broken", "error"],
			["b", "skipped"],
		]);
	});

	it("asks again after a passing failure, and says so", async () => {
		const waits: number[] = [];
		const clock = {
			...systemClock,
			sleep: async (ms: number) => void waits.push(ms),
		};
		const { result, events } = await run(
			{ models: ["flaky", "broken"], retries: 2 },
			{ clock },
		);
		const [flaky, broken] = await readResults(result.folder);
		expect(flaky).toMatchObject({
			status: "ok",
			text: "got hello",
			meta: { attempts: 3 },
		});
		expect(broken).toMatchObject({ status: "error", meta: { attempts: 1 } });
		expect(waits).toHaveLength(2);
		expect(waits[0]).toBeGreaterThanOrEqual(1000);
		expect(waits[0]).toBeLessThanOrEqual(1250);
		expect(waits[1]).toBeGreaterThanOrEqual(2000);
		expect(notes(events)[0]).toMatch(
			/^flaky: Connection error\.; attempt 2 of 3 in 1\.\d s$/,
		);
	});

	it("tells a call that was killed from one that failed", async () => {
		const { result } = await run({ models: ["killed"] });
		expect((await readResults(result.folder))[0]).toMatchObject({
			status: "error",
			exit_code: null,
			text: "half",
			meta: { signal: "SIGKILL" },
			error: { code: "LLORCH_LLM_KILLED" },
		});
	});

	it("keeps a large answer in a file, and its digest in the row", async () => {
		const { result, events } = await run({ models: ["big"] });
		const [big] = await readResults(result.folder);
		expect(big).toMatchObject({
			text: null,
			text_file: { path: `results/${big?.id}.txt`, bytes: 220_000 },
		});
		const { createHash } = await import("node:crypto");
		const file = await read(result.folder, big?.text_file?.path ?? "");
		expect(createHash("sha256").update(file).digest("hex")).toBe(
			big?.text_file?.sha256,
		);
		expect(shown(events).big).toBe(file);
	});

	it("shows answers whole when streaming is off, and without tags when raw", async () => {
		const quiet = await run({ models: ["a"], stream: false });
		expect(shown(quiet.events)).toEqual({ a: "a: hello\n" });
		const [answer] = await readResults(quiet.result.folder);
		expect(answer?.command).toContain("--no-stream");

		const raw = await run({ models: ["a", "b"], parallel: 1 }, { raw: true });
		expect(shown(raw.events)).toEqual({ "": "a: hello\nb: hello\n" });
		const one = await run({ models: ["a"] }, { raw: true });
		expect(shown(one.events)).toEqual({ "": "a: hello\n" });
	});

	it("shows large answers whole and one after the other when they may not mix", async () => {
		const { events, result } = await run(
			{ models: ["big", "a"], stream: false },
			{ raw: true },
		);
		const [big] = await readResults(result.folder);
		const file = await read(result.folder, big?.text_file?.path ?? "");
		expect([`${file}a: hello\n`, `a: hello\n${file}`]).toContain(
			shown(events)[""],
		);
	});

	it("counts its rows", async () => {
		const { events } = await run({ models: ["a", "b"], parallel: 1 });
		expect(
			events.flatMap((event) =>
				event.type === "progress" ? [[event.done, event.total]] : [],
			),
		).toEqual([
			[0, 2],
			[1, 2],
			[2, 2],
		]);
	});

	it("hands llm a prompt that is no text, when llm is told to take it as a file", async () => {
		await world.write({ "x.png": new Uint8Array([0xff, 0x41]) });
		const { result } = await run({
			models: ["a"],
			prompts: [],
			promptFiles: ["x.png"],
			words: ["-a", "-", "what is it?"],
		});
		expect((await readResults(result.folder))[0]?.text).toBe("a: \ufffdA");
		const manifest = JSON.parse(
			await read(result.folder, "manifest.json"),
		) as FanoutManifest;
		const [prompt] = manifest.plan.prompts;
		expect(prompt).toEqual({
			digest: expect.any(String),
			bytes: 2,
			file: `prompts/${prompt?.digest}`,
		});
		expect(
			await readFile(join(result.folder, `prompts/${prompt?.digest}`)),
		).toEqual(Buffer.from([0xff, 0x41]));
	});

	it.each([
		[0, 0],
		[0.0004, 1],
		[0.25, 250],
	])("takes a time limit of %s s for %s ms", async (timeout, timeoutMs) => {
		const { plan } = open();
		expect(await plan(options({ models: ["a"], timeout }))).toMatchObject({
			timeoutMs,
		});
	});

	it("fails before the first call where artifacts cannot be kept", async () => {
		await world.write({ runs: "a file" });
		await expect(run({ models: ["a"] })).rejects.toMatchObject({
			info: {
				code: "LLORCH_FANOUT_OUTDIR_UNUSABLE",
				details: { path: world.path("runs") },
			},
		});
	});

	it("names llm's log where that cannot be reached, and makes no call", async () => {
		const userDir = world.env.LLM_USER_PATH ?? "";
		await rm(userDir, { recursive: true });
		writeFileSync(userDir, "a file");
		await expect(run({ models: ["a"] })).rejects.toMatchObject({
			info: {
				code: "LLORCH_LLM_LOGS_UNUSABLE",
				message: expect.stringContaining("ENOTDIR"),
				details: { path: join(userDir, "logs.db") },
			},
		});
		const [name = ""] = await readdir(world.path("runs"));
		const folder = world.path("runs", name);
		expect((await readdir(folder)).sort()).toEqual([
			"journal.ndjson",
			"manifest.json",
			"results",
			"results.jsonl",
		]);
		expect(await readResults(folder)).toMatchObject([
			{ label: "a", status: "skipped" },
		]);
	});
});

describe("a run that was killed", () => {
	/** Makes a finished run look as kill -9 leaves one: no results, and a call whose rows were not handed over. */
	async function kill(folder: string): Promise<void> {
		await rm(join(folder, "results.jsonl"));
		await mkdir(join(folder, "llm-logs"));
		await copyFile(
			join(world.env.LLM_USER_PATH ?? "", "logs.db"),
			join(folder, "llm-logs", "a.db"),
		);
		const db = new DatabaseSync(join(folder, "llm-logs", "a.db"));
		db.exec("INSERT INTO turns VALUES ('t1', NULL, 'a')");
		db.close();
	}

	it("is put in order by the next one", async () => {
		const { result: killed } = await run({ models: ["a", "b"] });
		const results = await read(killed.folder, "results.jsonl");
		await kill(killed.folder);
		const { result, events } = await run({ models: ["a"] });
		expect(notes(events)).toEqual([
			`the run ${killed.folder} was killed: its results are in order now, and 1 of its requests were added to llm's logs`,
		]);
		expect(await read(killed.folder, "results.jsonl")).toBe(results);
		expect(await readdir(killed.folder)).not.toContain("llm-logs");
		expect(result.ok).toBe(1);
		expect(notes((await run({ models: ["a"] })).events)).toEqual([]);
	});

	it("is left alone while it goes on, and so is what is no run", async () => {
		const { result: other } = await run({ models: ["a"] });
		await kill(other.folder);
		await world.write({ "runs/notes/llm-logs/a.db": "", "runs/file": "" });
		const journal = await openJournal({
			file: join(other.folder, "journal.ndjson"),
			cells: [],
		});
		const { events } = await run({ models: ["a"] });
		await journal.close();
		expect(notes(events)).toEqual([]);
		expect(await readdir(other.folder)).toContain("llm-logs");
		expect(await world.read("runs/notes/llm-logs/a.db")).toBe("");
	});

	it("does not keep a new one from running when it cannot be mended", async () => {
		const { result: killed } = await run({ models: ["a"] });
		await kill(killed.folder);
		await world.write({
			[relative(world.folder, join(killed.folder, "journal.ndjson"))]: "?\n",
		});
		const { result, events } = await run({ models: ["a"] });
		expect(notes(events)[0]).toMatch(
			/was killed, and could not be put in order: .*not a journal/,
		);
		expect(result.ok).toBe(1);
	});
});

it("a run whose calls cannot be logged says so and keeps them for the next", async () => {
	const { result, events } = await run(
		{ models: ["a"] },
		{
			onEvent: (event) => {
				if (event.type !== "row") return;
				writeFileSync(
					join(world.env.LLM_USER_PATH ?? "", "logs.db"),
					"no database at all",
				);
			},
		},
	);
	expect(result).toMatchObject({ ok: 1, logged: null });
	expect(notes(events)[0]).toMatch(
		/^this run is not in llm's logs yet: .*file is not a database; the next fan-out into the same folder adds it$/,
	);
	expect(await readdir(result.folder)).toContain("llm-logs");
});

it("a run whose reader leaves ends its calls, and keeps whole artifacts", async () => {
	await expect(
		run(
			{ models: ["a", "slow"], parallel: 1 },
			{
				onEvent: (event) => {
					if (event.type === "output" && event.lane === "slow")
						throw new Error("gone");
				},
			},
		),
	).rejects.toThrow("gone");
	expect(await world.processes()).toEqual([]);
	const [folder = ""] = await readdir(world.path("runs"));
	const answers = await readResults(world.path("runs", folder));
	expect(answers.map(({ label, status }) => [label, status])).toEqual([
		["a", "ok"],
		["slow", "error"],
	]);
});

it("a run whose folder goes away fails with what it is about", async () => {
	await expect(
		run(
			{ models: ["a", "b"], parallel: 1 },
			{
				onEvent: (event) => {
					if (event.type === "row")
						rmSync(world.path("runs"), { recursive: true, force: true });
				},
			},
		),
	).rejects.toMatchObject({ info: { code: "LLORCH_FANOUT_OUTDIR_UNUSABLE" } });
});

describe("a preview", () => {
	it("shows every command line and runs nothing", async () => {
		const fanout = open({ clock: { ...systemClock, now: () => 0 } });
		const plan = await fanout.plan(
			options({ models: ["a"], repeat: 2, words: ["--key", "s3cret"] }),
		);
		const preview = fanout.preview(plan, { outdir: "/tmp/o" });
		const [first] = plan.cells;
		expect(preview).toEqual({
			dry_run: true,
			folder: "/tmp/o/1970-01-01T00-00-00Z",
			parallel: 4,
			cells: [
				{
					id: first?.id,
					label: "a #1",
					command: `printf %s hello | PYTHONIOENCODING=utf-8 llm prompt -m a --log -d /tmp/o/1970-01-01T00-00-00Z/llm-logs/${first?.id}-1.db --key '***'`,
				},
				expect.objectContaining({ label: "a #2" }),
			],
		});
		expect(await world.tree()).toEqual([]);
	});
});
