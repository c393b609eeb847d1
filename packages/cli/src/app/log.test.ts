import {
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type LogLevel, logFolder, openLog } from "./log.ts";

const clock = { now: () => 0, sleep: async () => {} };
let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "llorch log "));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (level: LogLevel = "info") =>
	openLog({ folder, clock, level, pid: 7 });
const lines = () =>
	readFileSync(join(folder, "llorch.ndjson"), "utf8")
		.trim()
		.split("\n")
		.map((line) => JSON.parse(line));

test("an invocation's lines share an id, and hold neither prompts nor secrets", async () => {
	const log = await open();
	log.write({
		event: "start",
		argv: ["fanout", "https://me:pw@host"],
		cwd: "/a",
	});
	log.write({
		event: "run",
		host: "local",
		spec: {
			file: "llm",
			args: ["-m", "x"],
			stdin: "my secret prompt",
			env: { KEY: "hunter2", LANG: "C" },
			secretEnv: ["KEY"],
		},
	});
	log.write({ event: "end", exit: 0, durationMs: 5 });
	expect(lines()).toMatchObject([
		{
			event: "start",
			argv: ["fanout", "https://***@host"],
			time: "1970-01-01T00:00:00.000Z",
		},
		{
			event: "run",
			spec: { file: "llm", stdinLength: 16, env: { KEY: "***", LANG: "C" } },
		},
		{ event: "end", exit: 0 },
	]);
	expect(new Set(lines().map(({ id }) => id)).size).toBe(1);
	const text = readFileSync(join(folder, "llorch.ndjson"), "utf8");
	expect(text).not.toMatch(/secret prompt|hunter2/);
});

test.each([
	["error", ["end"]],
	["warn", ["note", "end"]],
	["info", ["start", "note", "end"]],
	["debug", ["start", "note", "note", "end"]],
] as const)("level %s keeps %j of a failed run", async (level, kept) => {
	const log = await open(level);
	log.write({ event: "start", argv: [], cwd: "/" });
	log.write({ event: "note", level: "info", text: "by the way" });
	log.write({ event: "note", level: "warn", text: "careful" });
	log.write({
		event: "end",
		exit: 1,
		durationMs: 1,
		error: { code: "LLORCH_BUG", message: "x" },
	});
	expect(lines().map(({ event }) => event)).toEqual(kept);
});

test("a log that has grown is put aside, and the oldest goes", async () => {
	const file = join(folder, "llorch.ndjson");
	for (const age of ["1st", "2nd", "3rd", "4th"]) {
		writeFileSync(file, age.padEnd(5_000_000, "."));
		(await open()).write({ event: "end", exit: 0, durationMs: 1 });
	}
	expect(readdirSync(folder).sort()).toEqual([
		"llorch.ndjson",
		"llorch.ndjson.1",
		"llorch.ndjson.2",
	]);
	expect(readFileSync(`${file}.1`, "utf8").slice(0, 3)).toBe("4th");
	expect(lines()).toHaveLength(1);
});

test("a folder that cannot be written never fails a command", async () => {
	mkdirSync(join(folder, "llorch.ndjson"));
	const log = await open();
	log.write({ event: "start", argv: [], cwd: "/" });
	log.write({ event: "end", exit: 0, durationMs: 1 });
	const blocked = await openLog({
		folder: join(folder, "llorch.ndjson", "\0"),
		clock,
		level: "info",
		pid: 1,
	});
	blocked.write({ event: "end", exit: 0, durationMs: 1 });
	const nowhere = await openLog({
		folder: "/proc/nope/log",
		clock,
		level: "info",
		pid: 1,
	});
	nowhere.write({ event: "end", exit: 0, durationMs: 1 });
});

test("the folder follows the XDG rules", () => {
	expect(logFolder({}, "/home/me")).toBe("/home/me/.local/state/llorch/log");
	expect(logFolder({ XDG_STATE_HOME: "s" }, "/h")).toBe(
		"/h/.local/state/llorch/log",
	);
	expect(logFolder({ XDG_STATE_HOME: "/s" }, "/home/me")).toBe("/s/llorch/log");
});

test("of a command line, prompts and words for other programs are left out", async () => {
	const log = await open();
	log.write({
		event: "start",
		argv: [
			"fanout",
			"-m",
			"tiny --key mine",
			"--model=tiny --key=mine -u",
			"-p",
			"my plan",
			"--prompt=mine",
			"-pmine",
			"--",
			"words",
			"mine",
		],
		cwd: "/",
	});
	log.write({
		event: "run",
		host: "local",
		spec: {
			file: "llm",
			args: ["prompt", "-m", "x", "mine"],
			privateArgs: [3],
		},
	});
	expect(lines()).toMatchObject([
		{
			argv: [
				"fanout",
				"-m",
				"tiny --key '***'",
				"--model=tiny '--key=***' -u",
				"-p",
				"…",
				"--prompt=…",
				"-p…",
				"--",
				"…",
			],
		},
		{ spec: { args: ["prompt", "-m", "x", "…"] } },
	]);
	expect(readFileSync(join(folder, "llorch.ndjson"), "utf8")).not.toContain(
		"mine",
	);
});
