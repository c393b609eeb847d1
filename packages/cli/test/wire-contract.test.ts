import { rmSync } from "node:fs";
import type { Check } from "@llorch/core";
import { expect, onTestFinished, test } from "vitest";
import type { Doctor } from "../src/app/doctor/diagnosis.ts";
import { runChecks } from "../src/app/doctor/run-checks.ts";
import { createCli } from "../src/run.ts";
import { fakeCatalog } from "./fake-catalog.ts";
import { fakeFanout } from "./fake-fanout.ts";
import { fakeToolchain } from "./fake-toolchain.ts";
import {
	fixedClock,
	llorch,
	type SessionOptions,
	temporaryHome,
} from "./session.ts";

const catalogParts: SessionOptions = {
	parts: { catalog: async () => fakeCatalog() },
};
const toolchainParts: SessionOptions = {
	parts: { toolchain: async () => fakeToolchain() },
};
const fanoutParts: SessionOptions = { parts: { fanout: () => fakeFanout() } };

/**
 * Every command, run locally and through a wire, must print the same bytes, end with the same code and ask the same
 * questions. A new command needs a line here; the list is held against the commands below.
 */
const LINES: readonly { line: string; options?: SessionOptions }[] = [
	{ line: "completion zsh" },
	{ line: "remote exec" },
	{ line: "remote hosts add mac --port 22x" },
	{ line: "remote hosts list" },
	{ line: "remote hosts remove mac" },
	{ line: "remote hosts test @none" },
	{ line: "remote setup @none" },
	{ line: "config init" },
	{ line: "config path" },
	{ line: "config show --origin" },
	{ line: "config validate" },
	{ line: "dev doctor", options: { parts: { doctor: troubledDoctor } } },
	{ line: "dev info cpu", options: toolchainParts },
	{ line: "dev all", options: toolchainParts },
	{ line: "build worker cpu", options: toolchainParts },
	{ line: "build orchestrator", options: toolchainParts },
	{ line: "build pool-manager", options: toolchainParts },
	{ line: "build clean", options: toolchainParts },
	{
		line: "build clean",
		options: { ...toolchainParts, tty: { columns: 80 }, answers: ["y"] },
	},
	{ line: "test unit", options: toolchainParts },
	{ line: "test integration", options: toolchainParts },
	{ line: "test smoke", options: toolchainParts },
	{ line: "test all -- --release", options: toolchainParts },
	{ line: "test inference cpu", options: toolchainParts },
	{ line: "test logs", options: toolchainParts },
	{ line: "explain LLORCH_USAGE" },
	{ line: "explain NO_SUCH_CODE" },
	{ line: "fanout run", options: fanoutParts },
	{ line: "fanout run -m a -p why?", options: fanoutParts },
	{ line: "fanout run -m a -p why? --dry-run", options: fanoutParts },
	{ line: "models catalog" },
	{ line: "models delete tiny", options: catalogParts },
	{ line: "models delete tiny --force", options: catalogParts },
	{
		line: "models delete tiny",
		options: { ...catalogParts, tty: { columns: 80 }, answers: ["y"] },
	},
	{ line: "models disk-usage", options: catalogParts },
	{ line: "models download tiny two", options: catalogParts },
	{ line: "models download tinylama" },
	{ line: "models info gpt2 --sources" },
	{ line: "models list" },
	{ line: "models path qwen" },
	{ line: "models verify --all" },
];

test.each(
	LINES.flatMap(({ line, options }) =>
		["", " --json", " --quiet"].map((flag) => ({ line: line + flag, options })),
	),
)("over a wire as here: $line", async ({ line, options }) => {
	const run = async (wire: boolean) => {
		const home = temporaryHome();
		onTestFinished(() => rmSync(home, { recursive: true, force: true }));
		const session = await llorch(line, { ...options, home, wire });
		return JSON.parse(
			JSON.stringify(session).replaceAll(home, "HOME"),
		) as typeof session;
	};
	expect(await run(true)).toEqual(await run(false));
});

test("every command has a line above", () => {
	const covered = LINES.map(({ line }) => `llorch ${line} `);
	const missing = createCli()
		.definitions()
		.map(({ path }) => path)
		.filter((path) => !covered.some((line) => line.startsWith(`${path} `)));
	expect(missing).toEqual([]);
});

/** Findings of every kind; the real checks see a machine that changes while they look. */
async function troubledDoctor(): Promise<Doctor> {
	const check = (id: string, run: Check["run"]): Check => ({
		id,
		title: id,
		timeoutMs: 10_000,
		run,
	});
	const fix = { run: ["mv", "a b", "c"], safe: false };
	const checks = [
		check("good", async () => [{ level: "ok", text: "fine" }]),
		check("poor", async () => [{ level: "warning", text: "näh", fix }]),
		check("bad", () => Promise.reject(new Error("broken"))),
	];
	return {
		diagnose: ({ signal }) => runChecks(checks, { signal, clock: fixedClock }),
	};
}
