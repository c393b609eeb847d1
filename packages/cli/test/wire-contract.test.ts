import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
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
const zsh: SessionOptions = { env: { SHELL: "/bin/zsh" } };
const fanoutParts: SessionOptions = { parts: { fanout: () => fakeFanout() } };

/**
 * Every command, run locally and through a wire, must print the same bytes, end with the same code and ask the same
 * questions. A new command needs a line here; the list is held against the commands below.
 */
const LINES: readonly {
	line: string;
	options?: SessionOptions;
	/** Makes the world the command works in. */
	prepare?: (home: string) => void;
}[] = [
	...[
		"git status",
		"git pull",
		"git sync --force",
		"git sync",
		"git undo",
		"git undo --list",
		"git clean",
		"git clean --force",
		"git branches",
		"git log",
		"git submodules list",
		"git submodules status",
		"git submodules update --all",
		"git submodules reset part --force",
		"git submodules branch part",
	].map((line) => ({
		line: `${line} --cwd repository`,
		prepare: makeRepository,
	})),
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
	{ line: "dev setup --dry-run --skip model" },
	{ line: "dev setup --yes --skip model --skip python", options: zsh },
	{ line: "dev setup --undo" },
	{ line: "dev check", options: { parts: { checker: troubledDoctor } } },
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
	LINES.flatMap(({ line, ...world }) =>
		["", " --json", " --quiet"].map((flag) => ({
			line: line + flag,
			...world,
		})),
	),
)("over a wire as here: $line", async ({ line, options, prepare }) => {
	const run = async (wire: boolean) => {
		const home = temporaryHome();
		onTestFinished(() => rmSync(home, { recursive: true, force: true }));
		prepare?.(home);
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

/** A repository with a remote, a submodule and an uncommitted change; its commits are the same every time. */
function makeRepository(home: string): void {
	const git = (folder: string, ...words: string[]) =>
		execFileSync("git", ["-C", folder, ...words], {
			stdio: "pipe",
			env: {
				...process.env,
				HOME: home,
				GIT_CONFIG_NOSYSTEM: "1",
				GIT_AUTHOR_DATE: "2026-01-02T03:04:05Z",
				GIT_COMMITTER_DATE: "2026-01-02T03:04:05Z",
			},
		});
	writeFileSync(
		join(home, ".gitconfig"),
		'[user]\n\tname = Tester\n\temail = t@example.org\n[init]\n\tdefaultBranch = main\n[protocol "file"]\n\tallow = always\n',
	);
	for (const name of ["part", "whole"]) {
		mkdirSync(join(home, "remotes", name), { recursive: true });
		git(join(home, "remotes", name), "init", "--quiet");
		git(
			join(home, "remotes", name),
			"commit",
			"--quiet",
			"--allow-empty",
			"-m",
			"Start",
		);
	}
	git(home, "clone", "--quiet", join(home, "remotes", "whole"), "repository");
	const repository = join(home, "repository");
	git(
		repository,
		"submodule",
		"--quiet",
		"add",
		// Relative to the remote: an absolute one would put this HOME into the commit.
		"../part",
		"part",
	);
	git(repository, "commit", "--quiet", "-m", "Add a part");
	writeFileSync(join(repository, "untracked"), "x");
}

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
