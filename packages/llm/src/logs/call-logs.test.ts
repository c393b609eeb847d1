import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { capture, type RunSpec } from "@llorch/core";
import { createLocalRunner, systemClock } from "@llorch/run";
import { makeWorld, realTest, type World } from "@llorch/testkit";
import { afterEach, beforeEach, describe, expect } from "vitest";
import { findLlm } from "../installation.ts";
import { llmPromptSpec } from "../specs.ts";
import {
	closeCallLogs,
	hasPendingLogs,
	type LogsContext,
	openCallLogs,
} from "./call-logs.ts";

let world: World;
beforeEach(async () => {
	world = await makeWorld();
});
afterEach(() => world.dispose());

const real = (title: string, body: () => Promise<void>) =>
	realTest(["llm", "llm-echo"], title, body);

/** What the real llm wrote, once: an empty log of its own, and the file of one call that asked "once". */
let recording: Promise<{ log: Buffer; call: Buffer }> | undefined;

async function record(context: LogsContext) {
	const folder = join(world.root, "recording");
	const logs = await openCallLogs(folder, { ...context, looksUp: false });
	await echo(context, await logs.open("a"), "once");
	return {
		log: await readFile(context.llm.database),
		call: await readFile(logs.pathOf("a")),
	};
}

/** A log, and a folder with what one call logged, without running llm again. */
async function replay(context: LogsContext) {
	recording ??= record(context);
	const { log, call } = await recording;
	await mkdir(context.llm.userDir, { recursive: true });
	await writeFile(context.llm.database, log);
	const folder = world.path("llm-logs");
	const logs = await openCallLogs(folder, { ...context, looksUp: false });
	await writeFile(await logs.open("a"), call);
	return { folder, file: logs.pathOf("a") };
}

async function makeContext(): Promise<LogsContext> {
	const runner = createLocalRunner({ env: world.env, cwd: world.folder });
	return {
		runner,
		llm: await findLlm(runner),
		clock: systemClock,
		signal: new AbortController().signal,
	};
}

const run = async ({ runner }: LogsContext, spec: RunSpec) => {
	const { stdout, stderr, result } = await capture(runner, spec);
	expect({ stderr, result }).toEqual({ stderr: "", result: { exitCode: 0 } });
	return stdout;
};

const echo = (
	context: LogsContext,
	database: string,
	stdin: string,
	words: string[] = [],
) =>
	run(
		context,
		llmPromptSpec({
			file: "llm",
			model: { name: "echo", options: [] },
			words,
			database,
			stream: true,
			stdin,
		}),
	);

/** What `llm logs` tells its user. */
async function readLog(context: LogsContext, ...words: string[]) {
	const args = ["logs", "list", "-n", "0", "--json", ...words];
	return JSON.parse(await run(context, { file: "llm", args })) as {
		id: string;
		prompt: string;
		response: string;
		conversation_id: string;
		prompt_fragments: { content: string }[];
	}[];
}

/** What llm's own check of its message store finds broken. */
async function verify(context: LogsContext) {
	const [python = "", ...words] = context.llm.interpreter ?? [];
	const script =
		"import sqlite_utils, sys; from llm.logs import LogStore; print(LogStore(sqlite_utils.Database(sys.argv[1])).verify())";
	return run(context, {
		file: python,
		args: [...words, "-c", script, context.llm.database],
	});
}

const countTurns = (file: string) =>
	query(file, "SELECT count(*) AS count FROM turns")[0]?.count;

function integrity(file: string) {
	return [
		...query(file, "PRAGMA integrity_check"),
		...query(file, "PRAGMA foreign_key_check"),
	];
}

function query(file: string, sql: string) {
	const db = new DatabaseSync(file);
	try {
		return db
			.prepare(sql)
			.all()
			.map((row) => ({ ...row }));
	} finally {
		db.close();
	}
}

describe("call logs", () => {
	real(
		"three calls at once end up in a log that did not exist before",
		async () => {
			const context = await makeContext();
			expect(existsSync(context.llm.database)).toBe(false);
			const folder = world.path("llm-logs");
			const logs = await openCallLogs(folder, { ...context, looksUp: false });
			const prompts = ["one", "two\nlines", "the same"];
			await Promise.all(
				prompts.map(async (prompt, index) =>
					echo(context, await logs.open(`c${index}`), prompt),
				),
			);
			const [turn] = await logs.read("c1");
			expect(turn).toMatchObject({ model: "echo", inputTokens: 2 });

			const merged = await closeCallLogs(folder, { ...context, into: true });
			expect(merged).toEqual({ turns: 3 });
			expect(existsSync(folder)).toBe(false);
			const rows = await readLog(context);
			expect(rows.map((row) => row.prompt).sort()).toEqual([...prompts].sort());
			expect(rows.map((row) => JSON.parse(row.response).prompt).sort()).toEqual(
				[...prompts].sort(),
			);
			expect(await readLog(context, "-q", "lines")).toHaveLength(1);
			expect(await verify(context)).toBe("[]\n");
			expect(integrity(context.llm.database)).toEqual([
				{ integrity_check: "ok" },
			]);
		},
	);

	real(
		"a file that was merged before it was removed adds nothing again",
		async () => {
			const context = await makeContext();
			const { folder, file } = await replay(context);
			const kept = await readFile(file);
			await closeCallLogs(folder, { ...context, into: true });

			await mkdir(folder);
			await writeFile(file, kept);
			expect(await hasPendingLogs(folder)).toBe(true);
			expect(await closeCallLogs(folder, { ...context, into: true })).toEqual({
				turns: 0,
			});
			expect(countTurns(context.llm.database)).toBe(1);
		},
	);

	real(
		"stored fragments can be named, and keep their numbers apart",
		async () => {
			const context = await makeContext();
			await world.write({
				"a.txt": "the first note",
				"b.txt": "the second note",
				"c.txt": "a third",
			});
			// The log has fragments of its own, so that a new one gets another number there than in the call's file.
			await run(context, {
				file: "llm",
				args: ["fragments", "set", "first", "a.txt"],
			});
			await run(context, {
				file: "llm",
				args: ["fragments", "set", "second", "b.txt"],
			});
			const folder = world.path("llm-logs");
			const logs = await openCallLogs(folder, { ...context, looksUp: true });
			await echo(context, await logs.open("a"), "ask", ["-f", "second"]);
			await closeCallLogs(folder, { ...context, into: true });

			const bare = await openCallLogs(folder, { ...context, looksUp: false });
			await echo(context, await bare.open("b"), "ask", ["-f", "c.txt"]);
			await echo(context, await bare.open("c"), "ask", [
				"-f",
				"c.txt",
				"-s",
				"brief",
			]);
			await closeCallLogs(folder, { ...context, into: true });

			const rows = await readLog(context);
			expect(
				rows.map((row) => row.prompt_fragments.map(({ content }) => content)),
			).toEqual([["the second note"], ["a third"], ["a third"]]);
			expect(rows.map((row) => row.prompt)).toEqual([
				"the second note\nask",
				"a third\nask",
				"a third\nask",
			]);
			expect(await verify(context)).toBe("[]\n");
			expect(integrity(context.llm.database)).toEqual([
				{ integrity_check: "ok" },
			]);
		},
	);

	real("nothing is merged when nothing shall be logged", async () => {
		const context = await makeContext();
		const { folder } = await replay(context);
		expect(await closeCallLogs(folder, { ...context, into: false })).toEqual({
			turns: 0,
		});
		expect(await readdir(world.folder)).toEqual([]);
		expect(countTurns(context.llm.database)).toBe(0);
	});

	real(
		"somebody who holds the log is waited for, and not for ever",
		async () => {
			const context = await makeContext();
			const { folder } = await replay(context);
			const holder = new DatabaseSync(context.llm.database);
			holder.exec("BEGIN IMMEDIATE");
			let now = 0;
			const waits: number[] = [];
			const clock = {
				now: () => now,
				sleep: async (ms: number) => {
					now += ms;
					waits.push(ms);
				},
			};
			await expect(
				closeCallLogs(folder, { ...context, clock, into: true }),
			).rejects.toMatchObject({
				info: {
					code: "LLORCH_LLM_LOGS_UNUSABLE",
					details: { path: context.llm.database },
				},
			});
			expect(now).toBeGreaterThan(9_000);
			expect(waits.slice(0, 3)).toEqual([10, 20, 40]);
			expect(await hasPendingLogs(folder)).toBe(true);

			const releasing = {
				...clock,
				sleep: async () => holder.exec("ROLLBACK"),
			};
			expect(
				await closeCallLogs(folder, {
					...context,
					clock: releasing,
					into: true,
				}),
			).toEqual({ turns: 1 });
			holder.close();
		},
	);

	real("a log of an older llm is brought up to date first", async () => {
		const context = await makeContext();
		const { folder } = await replay(context);
		const old = new DatabaseSync(context.llm.database);
		old.exec(
			"ALTER TABLE turns DROP COLUMN response_json; DELETE FROM _llm_migrations WHERE name = 'm027_turns_response_json'",
		);
		old.close();
		expect(await closeCallLogs(folder, { ...context, into: true })).toEqual({
			turns: 1,
		});
		expect(countTurns(context.llm.database)).toBe(1);
	});

	real("a log that llm cannot use is named", async () => {
		const context = await makeContext();
		await mkdir(context.llm.userDir, { recursive: true });
		await writeFile(context.llm.database, "this is no database, but text");
		await expect(
			openCallLogs(join(world.folder, "llm-logs"), {
				...context,
				looksUp: false,
			}),
		).rejects.toMatchObject({
			info: {
				code: "LLORCH_LLM_LOGS_UNUSABLE",
				message: `llm's log database ${context.llm.database} could not be used: file is not a database`,
			},
		});
	});
});
