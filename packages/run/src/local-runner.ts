import type { ChildProcess } from "node:child_process";
import { resolve } from "node:path";
import type {
	Chunk,
	CommandRunner,
	Running,
	RunResult,
	RunSpec,
	StartOptions,
} from "@llorch/core";
import { feedInput } from "./child-input.ts";
import { createGuardian, type Guardian } from "./guardian.ts";
import { mergeOutput } from "./merged-output.ts";
import { endGroup } from "./process-group.ts";
import { explainStartError } from "./start-error.ts";

export type LocalRunnerOptions = {
	/** The whole environment of what is run, PATH for finding it included; a spec's `env` is added to it. */
	env: Readonly<Record<string, string | undefined>>;
	/** Where specs without `cwd` run, and what a relative one is relative to. */
	cwd: string;
	/** Milliseconds between TERM and KILL. Default 5000. */
	killAfterMs?: number;
};

// setTimeout() counts in a signed 32-bit number (24.8 days), and fires at once on more.
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/**
 * Runs programs on this machine, each as leader of its own process group and session (so without a terminal: what a
 * program would ask at /dev/tty, it cannot).
 *
 * - A timeout, an abort and a consumer that leaves `output` early end the whole group: TERM, then KILL for what is left
 *   after `killAfterMs`. `done` resolves when the group is gone. Should llorch itself die, its guardian does the same.
 * - What a program leaves in the background when it ends by itself is left alone. It cannot hold up `output`, which ends
 *   after a short grace (see `mergeOutput`).
 * - When `StartOptions.stdin` throws, the group is ended, and `output` throws that error after the last chunk.
 * - `done` never rejects and does not need `output` to be read; but a program that writes more than its pipe holds waits
 *   for its reader. `StartOptions.terminal` means nothing here.
 *
 * `start` throws LLORCH_PROGRAM_NOT_FOUND, LLORCH_PROGRAM_NOT_RUNNABLE or LLORCH_FOLDER_NOT_FOUND.
 */
export function createLocalRunner(options: LocalRunnerOptions): CommandRunner {
	const guardian = createGuardian(options.env);
	const { killAfterMs = 5000 } = options;

	async function start(
		spec: RunSpec,
		{ stdin: liveInput, signal }: StartOptions = {},
	): Promise<Running> {
		const { execa } = await import("execa");
		if (signal?.aborted) return neverStarted;

		const input = liveInput ?? spec.stdin;
		const place = {
			cwd: resolve(options.cwd, spec.cwd ?? "."),
			env: { ...withoutUndefined(options.env), ...spec.env },
		};
		const child = guardian.guard((mark) =>
			execa(spec.file, spec.args, {
				cwd: place.cwd,
				env: { ...place.env, ...mark },
				extendEnv: false,
				detached: true,
				stdin: input === undefined ? "ignore" : "pipe",
				encoding: "buffer",
				buffer: false,
				reject: false,
			}),
		);
		if (child.pid === undefined)
			throw await explainStartError(spec, place, (await child).cause);

		const life = followProcess(child.nodeChildProcess, child.pid, {
			guardian,
			killAfterMs,
			timeoutMs: spec.timeoutMs,
			signal,
		});
		let inputError: { error: unknown } | undefined;
		if (input !== undefined && child.stdin !== null) {
			feedInput(child.stdin, input, (error) => {
				inputError = { error };
				life.end({ aborted: true });
			});
		}
		const streams = { out: child.stdout, err: child.stderr };
		const chunks = mergeOutput(streams, life.exited);
		async function* output(): AsyncGenerator<Chunk, void> {
			let complete = false;
			try {
				yield* chunks;
				complete = true;
			} finally {
				if (!complete) await leave();
				for (const stream of Object.values(streams)) stream.destroy();
			}
			if (inputError !== undefined) throw inputError.error;
		}
		/** The reader has left. The pipes are emptied until the end: a closed one would kill a program that says goodbye. */
		async function leave(): Promise<void> {
			life.end({ aborted: true });
			for (const stream of Object.values(streams)) stream.resume();
			await life.done;
		}
		return { output: output(), done: life.done };
	}

	return { host: "local", start };
}

const neverStarted: Running = {
	output: (async function* () {})(),
	done: Promise.resolve({ aborted: true }),
};

type Life = {
	/** Resolves when the process has ended; others of its group may still run. */
	exited: Promise<RunResult>;
	/** Resolves when the process has ended and, if it was we who ended it, its whole group. */
	done: Promise<RunResult>;
	end(because: RunResult): void;
};

function followProcess(
	child: ChildProcess,
	pid: number,
	options: {
		guardian: Guardian;
		killAfterMs: number;
		timeoutMs: number | undefined;
		signal: AbortSignal | undefined;
	},
): Life {
	const { timeoutMs, signal } = options;
	let ending: { because: RunResult; gone: Promise<void> } | undefined;
	let hasExited = false;

	const end = (because: RunResult) => {
		if (hasExited || ending !== undefined) return;
		ending = { because, gone: endGroup(pid, options.killAfterMs) };
	};
	const onAbort = () => end({ aborted: true });
	signal?.addEventListener("abort", onAbort, { once: true });
	const timer =
		timeoutMs === undefined || timeoutMs > MAX_TIMEOUT_MS
			? undefined
			: setTimeout(() => end({ timedOut: true }), timeoutMs);

	const exited = new Promise<RunResult>((resolve) => {
		child.once("exit", (exitCode, exitSignal) => {
			hasExited = true;
			clearTimeout(timer);
			signal?.removeEventListener("abort", onAbort);
			resolve(
				exitSignal === null
					? { exitCode: exitCode ?? 0 }
					: { signal: exitSignal },
			);
		});
	});
	const done = exited.then(async (result) => {
		await ending?.gone;
		options.guardian.release(pid);
		return ending?.because ?? result;
	});
	return { exited, done, end };
}

function withoutUndefined(
	env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
	return Object.fromEntries(
		Object.entries(env).filter(
			(entry): entry is [string, string] => entry[1] !== undefined,
		),
	);
}
