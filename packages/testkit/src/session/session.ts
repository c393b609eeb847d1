import { type ChildProcess, spawn } from "node:child_process";
import type { World } from "../world.ts";
import { llorchProgram, type Program } from "./program.ts";
import { Transcript } from "./transcript.ts";
import { splitWords } from "./words.ts";

export type SessionOptions = {
	/** Added to the world's environment; `undefined` takes a variable away. */
	env?: Readonly<Record<string, string | undefined>>;
	/** What stdin holds. Default: nothing, and its end. `"open"`: it stays open, and `Started.write` feeds it. */
	stdin?: string | Uint8Array | "open";
	/** Default: the world's project folder. */
	cwd?: string;
	/** Ends the process group with SIGTERM when it is aborted. */
	signal?: AbortSignal;
	/** Milliseconds until the process group is killed as hung (SIGKILL). Default: 90 000. */
	killAfter?: number;
};

export type SessionResult = {
	stdout: string;
	stderr: string;
	/** `null` when a signal ended it. */
	code: number | null;
	signal: NodeJS.Signals | null;
};

/** A program that runs. */
export type Started = {
	readonly pid: number;
	/** What it wrote so far. */
	readonly stdout: string;
	readonly stderr: string;
	/** Sends a signal to the process; with `group` to its whole process group, as a terminal does on Ctrl-C. */
	kill(signal?: NodeJS.Signals, options?: { group?: boolean }): void;
	write(text: string | Uint8Array): void;
	endInput(): void;
	/** Stops reading, as `| head -1` does once it has its line. */
	closeOutput(): void;
	/** Resolves when the output (default: stdout or stderr, whichever first) matches; rejects when it ends without. */
	waitFor(
		pattern: RegExp | string,
		stream?: "stdout" | "stderr",
	): Promise<RegExpExecArray>;
	readonly done: Promise<SessionResult>;
};

export type Session = {
	/** Runs llorch with these words (a line is split at spaces, quotes kept together) to its end. */
	(
		words: string | readonly string[],
		options?: SessionOptions,
	): Promise<SessionResult>;
	start(words: string | readonly string[], options?: SessionOptions): Started;
};

/** Runs the real llorch (source, bundle or binary: `llorchProgram`) in a world. */
export function llorchSession(
	world: World,
	program: Program = llorchProgram(),
): Session {
	return programSession(world, program);
}

/** The same for any program. */
export function programSession(world: World, program: Program): Session {
	const start = (
		words: string | readonly string[],
		options: SessionOptions = {},
	) => startProgram(world, program, words, options);
	return Object.assign(
		(words: string | readonly string[], options?: SessionOptions) =>
			start(words, options).done,
		{ start },
	);
}

function startProgram(
	world: World,
	program: Program,
	words: string | readonly string[],
	options: SessionOptions,
): Started {
	const args = typeof words === "string" ? splitWords(words) : words;
	const child = spawn(program.file, [...program.args, ...args], {
		cwd: options.cwd ?? world.folder,
		env: { ...world.env, ...options.env },
		stdio: ["pipe", "pipe", "pipe"],
		// A process group of its own, so that what it leaves behind can be ended with it.
		detached: true,
	});
	// A program may end without reading its input.
	child.stdin.on("error", () => {});
	if (options.stdin !== "open") child.stdin.end(options.stdin);
	const stdout = new Transcript();
	const stderr = new Transcript();
	child.stdout.on("data", (bytes: Buffer) => stdout.add(bytes));
	child.stderr.on("data", (bytes: Buffer) => stderr.add(bytes));
	const done = finished(child, stdout, stderr, options);
	// Who only waits for a pattern is told by `waitFor`.
	done.catch(() => {});
	return {
		pid: child.pid ?? 0,
		get stdout() {
			return stdout.text;
		},
		get stderr() {
			return stderr.text;
		},
		kill: (signal = "SIGTERM", { group = false } = {}) => {
			if (group) killGroup(child, signal);
			else child.kill(signal);
		},
		write: (text) => void child.stdin.write(text),
		endInput: () => void child.stdin.end(),
		closeOutput: () => void child.stdout.destroy(),
		waitFor: (pattern, stream) => {
			if (stream === "stdout") return stdout.waitFor(pattern);
			if (stream === "stderr") return stderr.waitFor(pattern);
			return Promise.any([
				stdout.waitFor(pattern),
				stderr.waitFor(pattern),
			]).catch((error: AggregateError) => {
				throw new Error(
					error.errors.map((each: Error) => each.message).join("\n"),
				);
			});
		},
		done,
	};
}

function finished(
	child: ChildProcess,
	stdout: Transcript,
	stderr: Transcript,
	{ signal, killAfter = 90_000 }: SessionOptions,
): Promise<SessionResult> {
	return new Promise((resolve, reject) => {
		const timer = setTimeout(() => killGroup(child, "SIGKILL"), killAfter);
		const abort = () => killGroup(child, "SIGTERM");
		signal?.addEventListener("abort", abort);
		if (signal?.aborted) abort();
		child.once("error", reject);
		child.once("close", (code, by) => {
			clearTimeout(timer);
			signal?.removeEventListener("abort", abort);
			stdout.end();
			stderr.end();
			resolve({ stdout: stdout.text, stderr: stderr.text, code, signal: by });
		});
	});
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
	try {
		if (child.pid !== undefined) process.kill(-child.pid, signal);
	} catch {
		// The group has ended.
	}
}
