import { execFile } from "node:child_process";
import { open, watch } from "node:fs/promises";
import { constants } from "node:os";
import { promisify } from "node:util";
import { createCli } from "@llorch/cli/reference";
import {
	CTRL_C,
	llorchProgram,
	llorchSession,
	llorchTty,
	makeWorld,
	needs,
	programSession,
	type SessionResult,
	type Started,
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

// Bytes that a pipe takes though nobody reads (pipe(7); macOS: the same at most).
const PIPE_HOLDS = 65_536;

/** What a program may say when it was told to stop: anything but a stack. */
function expectNoStack({
	stdout,
	stderr,
}: Pick<SessionResult, "stdout" | "stderr">): void {
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

	test("ends as told by a signal, or when nobody reads on (soak)", async () => {
		for (const attack of attacks) {
			if (attack === "no reader") {
				const normal = await unread(line, (run) => run);
				const ended = await unread(line, (run) => run.closeOutput());
				expectNoStack(ended);
				// Whether the answer's end is reached before it is noticed is a matter of chance.
				expect([normal.code, 141]).toContain(ended.code);
				continue;
			}
			const ended = await signalled(line, attack);
			expectNoStack(ended);
			// A signal that nobody listens to would end it by itself: that is no answer of llorch's.
			expect(ended).toMatchObject({
				code: 128 + constants.signals[attack],
				signal: null,
			});
		}
	});
});

async function unread(
	line: string,
	attack: (run: Started) => unknown,
): Promise<SessionResult> {
	await using world = await quietWorld();
	const run = llorchSession(world).start(line);
	attack(run);
	return await run.done;
}

/**
 * Runs a line and sends it a signal once llorch listens, before it has done anything: its configuration is a pipe, so that it waits
 * until we end that, and that it has read from there is its first sign of life.
 */
async function signalled(
	line: string,
	signal: NodeJS.Signals,
): Promise<SessionResult> {
	await using world = await quietWorld();
	const pipe = world.path("configuration");
	await promisify(execFile)("mkfifo", [pipe]);
	const { file, args } = llorchProgram();
	const llorch = programSession(world, {
		file: "/bin/sh",
		args: ["-c", 'exec "$@" 3<configuration', "sh", file, ...args],
	});
	const run = llorch.start(line, { env: { LLORCH_CONFIG_PATH: "/dev/fd/3" } });
	const configuration = await open(pipe, "w");
	try {
		await configuration.write("#".repeat(PIPE_HOLDS + 1));
		run.kill(signal);
	} finally {
		await configuration.close();
	}
	return await run.done;
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
				expect(ended).toMatchObject({
					code: 128 + constants.signals[name],
					signal: null,
				});
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
				expect(ended).toMatchObject({
					restored: true,
					code: 130,
					signal: null,
				});
				expect(ended.text).not.toMatch(/^ {4}at /m);
			} finally {
				await end();
			}
		},
	);
});
