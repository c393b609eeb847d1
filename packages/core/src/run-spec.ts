/** One command line as data. JSON all through, so it can be logged, hashed, queued, and sent to a host. */
export type RunSpec = {
	file: string;
	args: readonly string[];
	cwd?: string;
	/** Added to the runner's environment. */
	env?: Readonly<Record<string, string>>;
	/** Names in `env` whose values are secret: manifests, logs and errors show `***` for them. */
	secretEnv?: readonly string[];
	/** Indexes in `args` of what is the user's own text, such as a prompt: the log leaves it out. */
	privateArgs?: readonly number[];
	/** Small input. Larger or live input goes through `StartOptions.stdin`. Never left open: without either, stdin is empty. */
	stdin?: string;
	/** Milliseconds until the whole process group is ended (TERM, then KILL). Absent: no limit. */
	timeoutMs?: number;
};

export type Chunk = { stream: "out" | "err"; bytes: Uint8Array };

/** How a run ended. A non-zero exit is a result, not an error. */
export type RunResult =
	| { exitCode: number }
	| { signal: string }
	| { timedOut: true }
	| { aborted: true };

export type StartOptions = {
	stdin?: AsyncIterable<Uint8Array>;
	signal?: AbortSignal;
	terminal?: { columns: number; rows: number };
	/**
	 * What the program leaves in the background is ended with it, also when it ends by itself; `done` waits for that. Only for
	 * this machine: another host's runner knows no process groups.
	 */
	wholeGroup?: boolean;
};

/** `output` is one merged stream: two would deadlock when one is not read. */
export type Running = {
	output: AsyncIterable<Chunk>;
	done: Promise<RunResult>;
	/** With `wholeGroup`: how the program itself ended, as soon as it has. */
	exited?: Promise<RunResult>;
};

/** Runs a `RunSpec` on one host. Throws a `LlorchError` when it could not be run at all. */
export interface CommandRunner {
	/** `local`, or a host's name. */
	readonly host: string;
	start(spec: RunSpec, options?: StartOptions): Promise<Running>;
}

/** What a short command printed, as text, with how it ended. */
export type Captured = { stdout: string; stderr: string; result: RunResult };

/**
 * Runs a command whose output is small and collects it. Invalid UTF-8 becomes U+FFFD: where bytes must be exact,
 * read `start(…).output` instead.
 */
export async function capture(
	runner: CommandRunner,
	spec: RunSpec,
	options?: StartOptions,
): Promise<Captured> {
	const running = await runner.start(spec, options);
	const out = new TextDecoder();
	const err = new TextDecoder();
	let stdout = "";
	let stderr = "";
	for await (const chunk of running.output) {
		if (chunk.stream === "out")
			stdout += out.decode(chunk.bytes, { stream: true });
		else stderr += err.decode(chunk.bytes, { stream: true });
	}
	return {
		stdout: stdout + out.decode(),
		stderr: stderr + err.decode(),
		result: await running.done,
	};
}

/** True when the process itself ended with exit code 0. */
export function succeeded(result: RunResult): boolean {
	return "exitCode" in result && result.exitCode === 0;
}

/** How a run ended, in words: `exit code 1`, `signal SIGKILL`, `timed out`, `aborted`. */
export function formatRunResult(result: RunResult): string {
	if ("exitCode" in result) return `exit code ${result.exitCode}`;
	if ("signal" in result) return `signal ${result.signal}`;
	return "timedOut" in result ? "timed out" : "aborted";
}
