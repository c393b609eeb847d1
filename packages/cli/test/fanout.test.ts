import type { FanoutResult } from "@llorch/fanout";
import { describe, expect, it } from "vitest";
import { fakeFanout } from "./fake-fanout.ts";
import { llorch, type SessionOptions } from "./session.ts";

const fanout = (
	line: string | readonly string[],
	options: SessionOptions = {},
) => llorch(line, { parts: { fanout: () => fakeFanout() }, ...options });

describe("fanout run", () => {
	it("tags the lines of the answers, and sums up on stderr", async () => {
		expect(await fanout("fanout -m a -m b -m c -p why?")).toEqual({
			stdout: "[a] Because of \u001b[31mthat.\n",
			stderr: [
				"[b] Error: Error code: 401 - bad key",
				"warning: a: the answer was cut off",
				"fan-out  3 of 3  100 %",
				"a\tok\t1.2 s\t3\t14\tcut off; 2 attempts",
				"b\terror\t700 ms\t\t\tError code: 401 - bad key",
				"c\tskipped\t\t\t\t",
				"3 calls: 1 ok, 1 failed, 1 not made; 1 request added to llm's logs",
				"Artifacts: /w/runs/2026-01-02T03-04-05Z",
				"error: 1 of 3 calls failed: b (LLORCH_SOME_FAILED)",
				"  See which keys llm has.",
				"",
			].join("\n"),
			code: 6,
		});
	});

	it("shows a padded table on a terminal, and no escape codes of a model's", async () => {
		const run = await fanout("fanout -m a -p why?", {
			tty: { columns: 80 },
			env: { NO_COLOR: "1" },
		});
		expect(run.stdout).toBe("[a] Because of that.\n");
		expect(run.stderr).toContain(
			[
				"CALL  STATUS       TIME  TOKENS IN  OUT  REMARKS",
				"a     ✓ ok        1.2 s          3   14  cut off; 2 attempts",
				"b     ✗ error    700 ms                  Error code: 401 - bad key",
				"c     - skipped",
				"3 calls: 1 ok, 1 failed, 1 not made; 1 request added to llm's logs",
			].join("\n"),
		);
	});

	it("says nothing but the answer when quiet", async () => {
		expect(await fanout("fanout -m a -p why? -q")).toEqual({
			stdout: "[a] Because of \u001b[31mthat.\n",
			stderr:
				"[b] Error: Error code: 401 - bad key\nerror: 1 of 3 calls failed: b (LLORCH_SOME_FAILED)\n  See which keys llm has.\n",
			code: 6,
		});
	});

	it("prints rows and then the envelope as JSON", async () => {
		const run = await fanout("fanout run -m a -p why? --json");
		const lines = run.stdout
			.trimEnd()
			.split("\n")
			.map((line) => JSON.parse(line));
		expect(lines.slice(0, 3)).toMatchObject([
			{ id: "b", status: "failed", error: { code: "LLORCH_LLM_AUTH" } },
			{ id: "a", status: "ok", value: { text: "Because of that." } },
			{ id: "c", status: "skipped", reason: "b failed" },
		]);
		expect(lines[3]).toMatchObject({
			ok: false,
			exit: 6,
			result: {
				folder: "/w/runs/2026-01-02T03-04-05Z",
				ok: 1,
				failed: 1,
				skipped: 1,
				interrupted: false,
				logged: 1,
				answers: [{ id: "a" }, { id: "b" }, { id: "c" }],
			},
			error: {
				code: "LLORCH_SOME_FAILED",
				message: "1 of 3 calls failed: b",
				details: {
					failed: [{ id: "b", label: "b", code: "LLORCH_LLM_AUTH" }],
				},
			},
		});
		expect(lines).toHaveLength(4);
		expect(run.code).toBe(6);
	});

	it.each<[string, Partial<FanoutResult>, number, string]>([
		["all is well", { answers: [] }, 0, "0 calls: 1 ok, 1 failed"],
		["all failed", { ok: 0 }, 1, "1 of 3 calls failed: b (LLORCH_ALL_FAILED)"],
	])("ends with the right code when %s", async (_when, changes, code, text) => {
		const run = await fanout("fanout -m a -p why?", {
			parts: { fanout: () => fakeFanout(changes) },
		});
		expect(run.code).toBe(code);
		expect(run.stderr).toContain(text);
	});

	it("tells of a single failed call by its own error", async () => {
		const { answers } = await lastResult();
		const run = await fanout("fanout -m b -p why?", {
			parts: {
				fanout: () =>
					fakeFanout({
						ok: 0,
						skipped: 0,
						logged: null,
						answers: answers.slice(1, 2),
					}),
			},
		});
		expect(run.stderr).toContain(
			"1 call: 1 failed\nArtifacts: /w/runs/2026-01-02T03-04-05Z\nerror: b: Error code: 401 - bad key (LLORCH_ALL_FAILED)\n",
		);
		expect(run.code).toBe(1);
	});

	it("ends as a bug when one call met one, whatever the others did", async () => {
		const { answers } = await lastResult();
		const error = { code: "LLORCH_BUG", message: "x is undefined" };
		const broken = answers.map((answer) =>
			answer.id === "c" ? { ...answer, status: "error", error } : answer,
		) as FanoutResult["answers"];
		for (const ended of [broken, broken.slice(2)]) {
			const run = await fanout("fanout -m a -p why?", {
				parts: { fanout: () => fakeFanout({ answers: ended }) },
			});
			expect(run.stderr).toContain("error: c: x is undefined (LLORCH_BUG)\n");
			expect(run.code).toBe(70);
		}
	});

	it("shows the command lines of a dry run, and runs none", async () => {
		const run = await fanout([
			"fanout",
			"-m",
			"tiny -o temperature 0.2",
			"--dry-run",
			"--no-stream",
			"--",
			"it's why",
		]);
		expect(run.stdout).toMatch(
			/^# tiny\nPYTHONIOENCODING=utf-8 llm prompt -m tiny -o temperature 0\.2 --no-stream --log -d \/w\/runs\/2026-01-02T03-04-05Z\/llm-logs\/[0-9a-f]{16}-1\.db 'it'\\''s why'\n$/,
		);
		expect(run).toMatchObject({ stderr: "", code: 0 });
	});

	it.each([
		["fanout", "no llm model was named (LLORCH_FANOUT_NO_MODELS)"],
		["fanout -m a", "there is no prompt (LLORCH_FANOUT_NO_PROMPT)"],
		[
			"fanout -m a -p hi -- --model=b",
			'--model cannot stand after "--": llorch sets it for every call of llm (LLORCH_LLM_WORD_OWNED)',
		],
		[
			"fanout rnu -m a -p hi",
			'"rnu" is no action of fanout (did you mean "llorch fanout run"?)',
		],
		[
			"fanout rnu -m a -- hi",
			'"rnu" is no action of fanout (did you mean "llorch fanout run"?)',
		],
		[
			"fanout -m a -p hi --parallel 99999",
			'error: --parallel must be a whole number from 1 to 1000 (got "99999")\n  next: llorch fanout --help\n',
		],
		[
			"fanout run -m a -p hi --repeat 1.5",
			'--repeat must be a whole number from 1 to 10000 (got "1.5")',
		],
		[
			"fanout -m a -p hi --repeat 1e7",
			'--repeat must be a whole number from 1 to 10000 (got "1e7")',
		],
		[
			"fanout -m a -p hi --timeout 1e9",
			'--timeout must be a number from 0 to 604800 (got "1e9")',
		],
		[
			"fanout -m a -p hi --timeout=-1",
			'--timeout must be a number from 0 to 604800 (got "-1")',
		],
		[
			"fanout -m a -p hi --timeout -1 --retries -2",
			'--timeout must be a number from 0 to 604800 (got "-1")',
		],
	])("refuses %s", async (line, message) => {
		const run = await fanout(line);
		expect(run.stderr).toContain(message);
		expect(run).toMatchObject({ stdout: "", code: 2 });
	});
});

async function lastResult(): Promise<FanoutResult> {
	const work = (await fakeFanout()).run({} as never, { raw: false });
	for (;;) {
		const step = await work.next();
		if (step.done) return step.value;
	}
}
