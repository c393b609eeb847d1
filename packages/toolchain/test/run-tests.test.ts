import { execFileSync } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { LlorchError } from "@llorch/core";
import { realTest } from "@llorch/testkit";
import { afterAll, beforeAll, expect } from "vitest";
import { runTests, type TestFlags } from "../src/testing/run-tests.ts";
import { validateJunit } from "./validate-junit.ts";
import { ended, makeWorkshop, never, type Workshop } from "./workshop.ts";

let shop: Workshop;
beforeAll(async () => {
	shop = await makeWorkshop();
});
afterAll(() => shop.world.dispose());

const run = (
	flags: Partial<TestFlags>,
	env: Readonly<Record<string, string>> = {},
) =>
	ended(
		runTests(shop.surroundings(env), {
			suite: "all",
			backend: "cpu",
			words: [],
			signal: never,
			...flags,
		}),
	);

realTest(["cargo"], "runs every target, with progress and totals", async () => {
	const { result, error, events } = await run({});
	expect(error).toBeUndefined();
	expect(
		result.targets.map(({ kind, name, status, passed }) => [
			kind,
			name,
			status,
			passed,
		]),
	).toEqual([
		["lib", "llorch_candled", "passed", 7],
		["bin", "llorch-cpu-candled", "passed", 0],
		["test", "team_009_smoke", "passed", 2],
		["test", "team_011_integration", "passed", 2],
		["doc", "llorch_candled", "passed", 1],
	]);
	expect(result).toMatchObject({
		suite: "all",
		crate: "llorch-candled",
		backend: "cpu",
		passed: 12,
		failed: 0,
		ignored: 1,
		crashed: 0,
		warnings: 0,
	});
	const bars = new Map(
		events.flatMap((event) =>
			event.type === "progress" ? [[event.task, event] as const] : [],
		),
	);
	expect([...bars.values()].map(({ done, total }) => done === total)).toEqual(
		Array(5).fill(true),
	);
	expect(bars.get("test lib llorch_candled")).toMatchObject({ total: 8 });
});

realTest(["cargo"], "names a failed test and keeps its output", async () => {
	const { result, notes } = await run({ suite: "unit" }, { FIXTURE_FAIL: "1" });
	expect(notes).toEqual(["lib llorch_candled: tests::switchable failed"]);
	expect(result).toMatchObject({ passed: 6, failed: 1 });
	const failed = result.targets[0]?.tests.find(
		({ status }) => status === "failed",
	);
	expect(failed?.text).toMatch(
		/^about to look at the switch\n[\s\S]*\nFIXTURE_FAIL is set: grüße, <tag> & "quotes"/,
	);
});

realTest(
	["cargo"],
	"names it also with one thread and --nocapture, and with -q",
	async () => {
		for (const words of [
			["--", "--nocapture", "--test-threads=1"],
			["--", "-q"],
		]) {
			const { result, notes } = await run(
				{ suite: "unit", words, junit: "one.xml" },
				{ FIXTURE_FAIL: "1" },
			);
			expect(notes).toEqual(["lib llorch_candled: tests::switchable failed"]);
			expect(result).toMatchObject({ failed: 1 });
			expect(await shop.world.read("one.xml")).toMatch(
				/<testcase [^>]*name="tests::switchable"[^>]*>\s*<failure/,
			);
		}
	},
);

realTest(["cargo"], "one bad target does not hide the next", async () => {
	const { result } = await run({}, { FIXTURE_ABORT: "1" });
	expect(result.targets[0]).toMatchObject({
		status: "crashed",
		crash: { reason: "signal: 6, SIGABRT: process abort signal" },
	});
	expect(result.targets.slice(1).every((t) => t.status === "passed")).toBe(
		true,
	);
});

realTest(
	["cargo"],
	"smoke and integration run the configured targets",
	async () => {
		const smoke = await run({ suite: "smoke" }, { FIXTURE_FAIL_SMOKE: "1" });
		expect(smoke.result.targets.map(({ name }) => name)).toEqual([
			"team_009_smoke",
		]);
		expect(smoke.result).toMatchObject({ passed: 1, failed: 1 });
		const integration = await run({ suite: "integration" });
		expect(integration.result).toMatchObject({ passed: 2, failed: 0 });
		const surroundings = shop.surroundings();
		surroundings.settings.toolchain.smoke_tests = ["team_009_smok"];
		const wrong = await ended(
			runTests(surroundings, {
				suite: "smoke",
				backend: "cpu",
				words: [],
				signal: never,
			}),
		);
		expect(wrong.error).toMatchObject({
			code: "LLORCH_TOOLCHAIN_MISMATCH",
			message: expect.stringContaining("(did you mean team_009_smoke?)"),
		});
	},
);

realTest(
	["cargo"],
	"takes a filter, and words for cargo and the tests",
	async () => {
		const { result, text } = await run({
			suite: "unit",
			filter: "switch",
			words: ["--offline", "--", "--nocapture"],
		});
		expect(result).toMatchObject({ passed: 1, failed: 0 });
		expect(result.targets[0]?.filtered).toBe(7);
		expect(text("err")).toBe("about to look at the switch\n");
		const none = await run({ suite: "unit", filter: "no such" });
		expect(none.notes).toEqual(["no test has no such in its name"]);
		expect(none.result).toMatchObject({ passed: 0, failed: 0 });
		expect((await run({ words: ["--lib"] })).error).toMatchObject({
			code: "LLORCH_CARGO_WORD_OWNED",
		});
	},
);

realTest(["cargo"], "code that does not compile has no report", async () => {
	const path = shop.world.path("bin/llorch-candled/tests/broken.rs");
	await writeFile(path, "fn main() { let x: u8 = true; }\n");
	const { error, text } = await run({});
	expect(error).toMatchObject({
		code: "LLORCH_BUILD_FAILED",
		message: "tests cannot be compiled (1 error)",
	});
	expect(text("err")).toContain("expected `u8`, found `bool`");
	await rm(path);
});

realTest(
	["cargo"],
	"a target with its own harness counts by its exit code",
	async () => {
		const manifest = "bin/llorch-candled/Cargo.toml";
		const before = await shop.world.read(manifest);
		const test = '\n[[test]]\nname = "team_013_own"\nharness = false\n';
		await shop.world.write({
			[manifest]: before + test,
			"bin/llorch-candled/tests/team_013_own.rs":
				'fn main() { println!("own"); std::process::exit(std::env::var_os("FIXTURE_FAIL").is_some() as i32); }\n',
		});
		const surroundings = (env: Record<string, string>) => {
			const made = shop.surroundings(env);
			made.settings.toolchain.smoke_tests = ["team_013_own"];
			return made;
		};
		const own = (env: Record<string, string>) =>
			ended(
				runTests(surroundings(env), {
					suite: "smoke",
					backend: "cpu",
					words: [],
					signal: never,
				}),
			);
		expect((await own({})).result.targets).toMatchObject([
			{ status: "passed", tests: [] },
		]);
		expect((await own({ FIXTURE_FAIL: "1" })).result.targets).toMatchObject([
			{ status: "crashed", crash: { output: "own" } },
		]);
	},
);

realTest(
	["cargo", "python3"],
	"writes a JUnit file that is XML and adds up",
	async () => {
		await mkdir(shop.world.path("reports"));
		const { result } = await run(
			{ suite: "unit", junit: "reports/unit.xml" },
			{ FIXTURE_FAIL: "1" },
		);
		expect(result.junit).toBe(shop.world.path("reports/unit.xml"));
		expect(
			await validateJunit(await shop.world.read("reports/unit.xml")),
		).toEqual({ valid: true, errors: [] });
		const [root, suite, cases] = JSON.parse(
			execFileSync("python3", ["-c", READ_XML, result.junit ?? ""], {
				encoding: "utf8",
			}),
		);
		expect(root).toMatchObject({ tests: "8", failures: "1", errors: "0" });
		expect(suite).toMatchObject({
			name: "llorch-candled::lib::llorch_candled",
			tests: "8",
			failures: "1",
			skipped: "1",
		});
		expect(cases).toHaveLength(8);
		const [name, kind, message] = cases.find(
			([, kind]: string[]) => kind === "failure",
		);
		expect([name, kind, message]).toEqual([
			"tests::switchable",
			"failure",
			'FIXTURE_FAIL is set: grüße, <tag> & "quotes"',
		]);
		const nowhere = await run({ suite: "unit", junit: "nowhere/unit.xml" });
		expect(nowhere.error).toMatchObject({
			code: "LLORCH_TEST_REPORT_UNWRITABLE",
			message: expect.stringContaining("its folder does not exist"),
		});
		expect(nowhere.events).toEqual([]);
		expect(
			(await run({ suite: "unit", junit: "reports" })).error?.message,
		).toMatch(/it is a folder$/);
	},
);

const READ_XML = `
import json, sys, xml.etree.ElementTree as tree
root = tree.parse(sys.argv[1]).getroot()
suite = root.find("testsuite")
cases = [[c.get("name"), *([c[0].tag, c[0].get("message")] if len(c) else ["", ""])] for c in suite]
print(json.dumps([root.attrib, suite.attrib, cases]))
`;

realTest(["cargo"], "an abort ends a running test", async () => {
	const gate = shop.world.path("gate");
	await mkdir(gate);
	const controller = new AbortController();
	const reason = new LlorchError("LLORCH_INTERRUPTED", "interrupted");
	const work = runTests(shop.surroundings({ FIXTURE_TEST_GATE: gate }), {
		suite: "unit",
		backend: "cpu",
		words: [],
		signal: controller.signal,
	});
	const { error } = await ended(work, (event) => {
		if (event.type === "progress" && event.task.startsWith("test"))
			controller.abort(reason);
	});
	expect(error).toEqual(reason.info);
	expect(await shop.world.processes()).toEqual([]);
});
