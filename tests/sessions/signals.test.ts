import { watch } from "node:fs/promises";
import { constants } from "node:os";
import { createCli } from "@llorch/cli/reference";
import {
	CTRL_C,
	llorchSession,
	llorchTty,
	makeWorld,
	needs,
	type Session,
	type SessionResult,
	soakCount,
	startHub,
	tinyModel,
	tinyModelRepos,
	type World,
} from "@llorch/testkit";
import { describe, expect, test } from "vitest";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** A world in which nothing reaches a network, so that every example ends soon. */
const quietWorld = () =>
	makeWorld({ git: true, env: { HF_ENDPOINT: "http://127.0.0.1:9" } });

const exampleOf = (words: readonly [string, string][] | undefined) =>
	(words?.[0]?.[1] ?? "").replace(/^llorch /, "");

/** What a program may say when it was told to stop: anything but a stack. */
function expectNoStack({ stdout, stderr }: SessionResult): void {
	expect(stderr + stdout).not.toMatch(/^ {4}at /m);
	expect(stderr).not.toContain("EPIPE");
	expect(stderr).not.toContain("LLORCH_BUG");
}

const commands = createCli()
	.definitions()
	.map(({ path, examples }) => [path, exampleOf(examples)] as const);

describe.each(commands)("%s", (path, line) => {
	// They differ in little but the exit code: one for each command by default, all of them in the soak.
	const all = [...SIGNALS, "no reader"] as const;
	const first = commands.findIndex(([name]) => name === path);
	const attacks = Array.from(
		{ length: soakCount(1, all.length) },
		(_, index) => all[(first + index) % all.length] ?? "SIGINT",
	);

	test("ends as told by a signal or by nobody reading on, or was done before (soak)", async () => {
		const normal = await inQuietWorld((llorch) => llorch(line));
		expectNoStack(normal);
		for (const attack of attacks) {
			const ended = await inQuietWorld((llorch) => {
				const run = llorch.start(line);
				if (attack === "no reader") run.closeOutput();
				else run.kill(attack);
				return run.done;
			});
			expectNoStack(ended);
			const exit =
				attack === "no reader" ? 141 : 128 + constants.signals[attack];
			// Before it could listen, the signal itself ends it: for the caller that is the same.
			if (ended.signal === null)
				expect([normal.code, exit]).toContain(ended.code);
			else expect(ended.signal).toBe(attack);
		}
	});
});

async function inQuietWorld(
	work: (llorch: Session) => Promise<SessionResult>,
): Promise<SessionResult> {
	await using world = await quietWorld();
	return await work(llorchSession(world));
}

async function fileAppears(folder: string, name: string): Promise<void> {
	for await (const { filename } of watch(folder)) if (filename === name) return;
}

/** Commands that take their time, each with the moment at which they are in the middle of it. */
const LONG: readonly {
	title: string;
	start(world: World): Promise<{
		line: string;
		env: Record<string, string>;
		middle: Promise<unknown>;
		end(): Promise<void>;
	}>;
}[] = [
	{
		title: "models download",
		async start() {
			const hub = await startHub({
				repos: tinyModelRepos(),
				faults: [{ path: tinyModel.path, stallAfter: 100_000 }],
			});
			return {
				line: `models download hf:${tinyModel.repo}/${tinyModel.path}`,
				env: { HF_ENDPOINT: hub.url },
				middle: hub.waitFor(
					({ server, method }) => server === "cdn" && method === "GET",
				),
				end: () => hub.close(),
			};
		},
	},
	{
		title: "dev doctor",
		async start(world) {
			await world.program(
				"nvidia-smi",
				`#!/bin/sh\n: > "$HOME/asked"\nexec sleep 60\n`,
			);
			return {
				line: "dev doctor",
				env: {},
				middle: fileAppears(world.home, "asked"),
				end: async () => {},
			};
		},
	},
];

describe.each(LONG)("in the middle of $title", ({ start }) => {
	test.each(SIGNALS)(
		"%s ends it with its exit code and leaves nothing running",
		async (name) => {
			await using world = await quietWorld();
			const { line, env, middle, end } = await start(world);
			try {
				const run = llorchSession(world).start(line, { env });
				await middle;
				run.kill(name);
				const ended = await run.done;
				expectNoStack(ended);
				if (ended.signal === null)
					expect(ended.code).toBe(128 + constants.signals[name]);
				else expect(ended.signal).toBe(name);
			} finally {
				await end();
			}
		},
	);

	test.skipIf(!needs("python3").available)(
		"Ctrl-C at a terminal ends it with 130 and restores the terminal",
		async () => {
			await using world = await quietWorld();
			const { line, env, middle, end } = await start(world);
			try {
				const run = llorchTty(world, line, { env });
				await middle;
				run.send(CTRL_C);
				const ended = await run.done;
				expect(ended.restored).toBe(true);
				if (ended.signal === null) expect(ended.code).toBe(130);
				else expect(ended.signal).toBe("SIGINT");
				expect(ended.text).not.toMatch(/^ {4}at /m);
			} finally {
				await end();
			}
		},
	);
});
