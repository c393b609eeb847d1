import { resolve } from "node:path";
import type {
	Chunk,
	CommandRunner,
	Running,
	RunSpec,
	StartOptions,
} from "@llorch/core";
import { feedInput } from "./child-input.ts";
import { followProcess } from "./follow-process.ts";
import { createGuardian } from "./guardian.ts";
import { mergeOutput } from "./merged-output.ts";
import { startProgram } from "./start-program.ts";

export type LocalRunnerOptions = {
	/** The whole environment of what is run, PATH for finding it included; a spec's `env` is added to it. */
	env: Readonly<Record<string, string | undefined>>;
	/** Where specs without `cwd` run, and what a relative one is relative to. */
	cwd: string;
	/** Milliseconds between TERM and KILL. Default 5000. */
	killAfterMs?: number;
};

/**
 * Runs programs on this machine, each as leader of its own process group and session (so without a terminal: what a
 * program would ask at /dev/tty, it cannot).
 *
 * - A timeout, an abort and a consumer that leaves `output` early end the whole group: TERM, then KILL for what is left
 *   after `killAfterMs`. `done` resolves when the group is gone. Should llorch itself die, its guardian does the same.
 * - What a program leaves in the background when it ends by itself is left alone, unless `wholeGroup` is asked for. It cannot hold up `output`, which ends
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
		{ stdin: liveInput, signal, wholeGroup = false }: StartOptions = {},
	): Promise<Running> {
		if (signal?.aborted) return neverStarted();
		const input = liveInput ?? spec.stdin;
		const child = await startProgram(spec, {
			cwd: resolve(options.cwd, spec.cwd ?? "."),
			env: { ...withoutUndefined(options.env), ...spec.env },
			hasInput: input !== undefined,
			guardian,
		});
		const life = followProcess(child, {
			guardian,
			killAfterMs,
			timeoutMs: spec.timeoutMs,
			signal,
			wholeGroup,
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
		return {
			output: output(),
			done: life.done,
			...(wholeGroup ? { exited: life.exited } : {}),
		};
	}

	return { host: "local", start };
}

function neverStarted(): Running {
	return {
		output: (async function* () {})(),
		done: Promise.resolve({ aborted: true }),
	};
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
