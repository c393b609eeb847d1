import { expect, test } from "vitest";
import { validateJunit } from "../../test/validate-junit.ts";
import { stringifyJunit } from "./junit.ts";
import type { TestReport } from "./report.ts";

const REPORT: TestReport = {
	suite: "all",
	crate: "app",
	backend: "cpu",
	startedAt: "2026-01-02T03:04:05.678Z",
	durationMs: 1234,
	passed: 1,
	failed: 1,
	ignored: 1,
	crashed: 1,
	warnings: 0,
	targets: [
		{
			kind: "lib",
			name: "app",
			status: "failed",
			passed: 1,
			failed: 1,
			ignored: 1,
			filtered: 0,
			durationMs: 12,
			tests: [
				{ name: "good", status: "passed" },
				{
					name: 'bad<"&\n>',
					status: "failed",
					text: "thread 'bad' panicked at src/lib.rs:1:1:\nwhy: <a> & \"b\" \u001b[31m\ud800 🐻]]>\nmore",
				},
				{ name: "slow", status: "ignored", text: "takes a day" },
			],
		},
		{
			kind: "test",
			name: "smoke",
			status: "crashed",
			passed: 0,
			failed: 0,
			ignored: 0,
			filtered: 0,
			durationMs: 0,
			tests: [],
			crash: { reason: "signal: 6", output: "last words" },
		},
		{
			kind: "bin",
			name: "empty",
			status: "passed",
			passed: 0,
			failed: 0,
			ignored: 0,
			filtered: 0,
			durationMs: 0,
			tests: [],
		},
	],
};

test("is valid, whatever tests are called and print", async () => {
	const xml = stringifyJunit(REPORT);
	expect(await validateJunit(xml)).toEqual({ valid: true, errors: [] });
	expect(xml).toContain(
		'<testsuites name="app all" tests="4" failures="1" errors="1" time="1.234">',
	);
	expect(xml).toContain('name="bad&lt;&quot;&amp;&#10;&gt;"');
	expect(xml).toContain(
		'message="why: &lt;a&gt; &amp; &quot;b&quot; \ufffd[31m\ufffd 🐻]]&gt;"',
	);
	expect(xml).toContain('<skipped message="takes a day"/>');
	expect(xml).toContain(
		'<error message="signal: 6" type="crashed">last words</error>',
	);
});

test("the validator does object", async () => {
	const xml = stringifyJunit(REPORT).replace(' tests="4"', ' tests="four"');
	expect((await validateJunit(xml)).valid).toBe(false);
});

test("a failure without a panic is told by its first line", () => {
	const [first] = REPORT.targets;
	const xml = stringifyJunit({
		...REPORT,
		targets: [
			{
				...(first as (typeof REPORT.targets)[number]),
				tests: [
					{ name: "a", status: "failed", text: "\nError: no\nmore" },
					{ name: "b", status: "failed" },
					{ name: "c", status: "ignored" },
				],
			},
		],
	});
	expect(xml).toContain('<failure message="Error: no" type="failed">');
	expect(xml).toContain('<failure message="" type="failed"/>');
	expect(xml).toContain('<skipped message="ignored"/>');
});
