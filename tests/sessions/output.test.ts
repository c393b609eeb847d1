import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import {
	llorchProgram,
	makeWorld,
	programSession,
	realTest,
	type World,
} from "@llorch/testkit";
import { expect, test } from "vitest";

/** Refuses every byte, as a full disk does. macOS has none. */
const FULL = "/dev/full";
const hasFull = existsSync(FULL);

/** llorch in a line of the shell, as `"$@"`. */
function inShell(world: World, line: string) {
	const { file, args } = llorchProgram();
	return programSession(world, {
		file: "/bin/sh",
		args: ["-c", line, "sh", file, ...args],
	});
}

const toFullDisk = (world: World) => inShell(world, `exec "$@" > ${FULL}`);

const FAILED =
	/^error: the output could not be written: ENOSPC\b.*\(LLORCH_OUTPUT_FAILED\)\n$/;

test
	.skipIf(!hasFull)
	.each([
		"models catalog --quiet",
		"models catalog --json",
		"explain LLORCH_USAGE",
		"--help",
	])("%s on a full disk fails, and says so in one line", async (line) => {
	await using world = await makeWorld();
	expect(await toFullDisk(world)(line)).toEqual({
		stdout: "",
		stderr: expect.stringMatching(FAILED),
		code: 1,
		signal: null,
	});
});

test.skipIf(!hasFull)(
	"an error keeps its own exit code on a full disk",
	async () => {
		await using world = await makeWorld();
		const run = await toFullDisk(world)("models nonsense --json");
		expect(run).toMatchObject({
			code: 2,
			stderr: expect.stringMatching(FAILED),
		});
	},
);

const fanout = ["fanout", "-m", "echo", "-p", "why?", "-p", "when?"];
const patience = { killAfter: 60_000 };

/** The run's answers, in order; its folder must hold every file of a run that came to its end. */
async function wholeRun(world: World) {
	const [name = ""] = await readdir(world.path("llorch-runs"));
	const file = (...path: string[]) => world.path("llorch-runs", name, ...path);
	expect((await readdir(file())).sort()).toEqual([
		"journal.ndjson",
		"manifest.json",
		"results",
		"results.jsonl",
	]);
	const rows = (await readFile(file("results.jsonl"), "utf8"))
		.trimEnd()
		.split("\n")
		.map((line) => JSON.parse(line));
	const journal = await readFile(file("journal.ndjson"), "utf8");
	for (const { id } of rows) expect(journal).toContain(id);
	const { plan } = JSON.parse(await readFile(file("manifest.json"), "utf8"));
	expect(plan.cells).toHaveLength(rows.length);
	expect(await readdir(file("results"))).toHaveLength(
		rows.filter(({ status }) => status !== "skipped").length,
	);
	return rows as { status: string; text: string | null }[];
}

for (const flags of hasFull ? [[], ["--json"]] : [])
	realTest(
		["llm", "llm-echo"],
		["fanout", ...flags, "finishes its run on a full disk"].join(" "),
		async () => {
			await using world = await makeWorld();
			const run = await toFullDisk(world)([...fanout, ...flags], patience);
			expect(run.code).toBe(1);
			expect(run.stderr).toMatch(/\(LLORCH_OUTPUT_FAILED\)\n$/);
			expect(run.stderr).not.toContain("LLORCH_BUG");
			const rows = await wholeRun(world);
			expect(
				rows.map(({ status, text }) => [
					status,
					JSON.parse(text ?? "{}").prompt,
				]),
			).toEqual([
				["ok", "why?"],
				["ok", "when?"],
			]);
		},
		70_000,
	);

realTest(
	["llm", "llm-echo"],
	"fanout | head -1 ends as told by the pipe, or was done before, with whole artifacts",
	async () => {
		await using world = await makeWorld();
		const llorch = inShell(world, '{ "$@"; echo "exit $?" >&2; } | head -1');
		const run = await llorch([...fanout, "--parallel", "1"], patience);
		expect(run.stdout).toMatch(/^\[echo p1\] .*\n$/);
		expect(run.stderr).toMatch(/^exit (0|141)$/m);
		expect(run.stderr).not.toMatch(/EPIPE|LLORCH_BUG/);
		const [first] = await wholeRun(world);
		// Told to stop while llm still ended, a call keeps what it had said.
		expect(first?.text).toMatch(/^\{/);
	},
	70_000,
);
