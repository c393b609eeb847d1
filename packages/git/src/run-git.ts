import {
	type CommandRunner,
	formatRunResult,
	LlorchError,
	quotePosix,
	type RunResult,
	type RunSpec,
	succeeded,
} from "@llorch/core";

import { saysFull } from "./disk-full.ts";

/** What every use case needs to run git. */
export type GitDoor = { runner: CommandRunner; signal: AbortSignal };

export type GitInput = {
	/** A string has one character per byte, as `RawPath` has. */
	stdin?: string | Uint8Array;
	/** Added to the environment of git. */
	env?: Readonly<Record<string, string>>;
};

export type GitOutput = { stdout: Buffer; stderr: string; result: RunResult };

/** Nothing of ours depends on a language, a terminal, or a path that looks like a pattern. */
export const GIT_ENVIRONMENT = {
	LC_ALL: "C",
	GIT_TERMINAL_PROMPT: "0",
	GIT_LITERAL_PATHSPECS: "1",
	GIT_MERGE_AUTOEDIT: "no",
	// Looking must take no lock: git that is ended between making index.lock and noting it leaves it behind for good.
	GIT_OPTIONAL_LOCKS: "0",
} as const;

/**
 * Runs git in a folder and collects what it prints, as bytes. A failure of git is a result; throws LLORCH_PROGRAM_NOT_FOUND and
 * the like, and the signal's reason.
 */
export async function runGit(
	door: GitDoor,
	cwd: string,
	args: readonly string[],
	{ stdin, env }: GitInput = {},
): Promise<GitOutput> {
	return runProgram(
		door,
		{
			file: "git",
			// A user's setting must not make our commands reach into submodules by themselves.
			args: ["-c", "submodule.recurse=false", ...args],
			cwd,
			env: { ...GIT_ENVIRONMENT, ...env },
		},
		stdin,
	);
}

/** Runs a program and collects what it prints, as bytes. */
export async function runProgram(
	{ runner, signal }: GitDoor,
	spec: RunSpec,
	stdin?: string | Uint8Array,
): Promise<GitOutput> {
	signal.throwIfAborted();
	const running = await runner.start(spec, {
		signal,
		...(stdin === undefined ? {} : { stdin: once(stdin) }),
	});
	const out: Uint8Array[] = [];
	const err: Uint8Array[] = [];
	for await (const { stream, bytes } of running.output)
		(stream === "out" ? out : err).push(bytes);
	const result = await running.done;
	signal.throwIfAborted();
	return {
		stdout: Buffer.concat(out),
		stderr: Buffer.concat(err).toString(),
		result,
	};
}

/** As `runGit`, but throws LLORCH_GIT_FAILED or LLORCH_GIT_DISK_FULL with git's own words when git does not end with 0. */
export async function git(
	door: GitDoor,
	cwd: string,
	args: readonly string[],
	input: GitInput = {},
): Promise<Buffer> {
	const output = await runGit(door, cwd, args, input);
	if (!succeeded(output.result)) throw gitFailed(cwd, args, output);
	return output.stdout;
}

/** What git prints as one value, without the newline at its end; undefined when git does not end with 0. */
export async function gitValue(
	door: GitDoor,
	cwd: string,
	args: readonly string[],
	input: GitInput = {},
): Promise<string | undefined> {
	const { stdout, result } = await runGit(door, cwd, args, input);
	return succeeded(result) ? chomp(stdout.toString()) : undefined;
}

export function chomp(text: string): string {
	return text.endsWith("\n") ? text.slice(0, -1) : text;
}

export function gitFailed(
	cwd: string,
	args: readonly string[],
	{ stderr, result }: Pick<GitOutput, "stderr" | "result">,
): LlorchError {
	const command = args.find((word, at) => isCommand(word, args[at - 1])) ?? "";
	const full = saysFull(stderr);
	return new LlorchError(
		full ? "LLORCH_GIT_DISK_FULL" : "LLORCH_GIT_FAILED",
		`${full ? "the disk is full: " : ""}git ${command} failed in ${cwd}: ${mainComplaint(stderr) ?? formatRunResult(result)}`,
		{
			...ownershipHint(cwd, stderr),
			details: {
				args: [...args],
				folder: cwd,
				end: formatRunResult(result),
				stderr: stderr.slice(0, 4000),
			},
		},
	);
}

/** git refuses to work in what somebody else owns (safe.directory in git-config(1)). */
export function ownershipHint(
	folder: string,
	stderr: string,
): { hint?: string } {
	if (!stderr.includes("dubious ownership")) return {};
	return {
		hint: `Somebody else owns it. If you trust it: ${quotePosix(["git", "config", "--global", "--add", "safe.directory", folder])}`,
	};
}

function isCommand(word: string, before: string | undefined): boolean {
	return !word.startsWith("-") && before !== "-c";
}

/** The line of git's stderr that says why. */
export function mainComplaint(stderr: string): string | undefined {
	const lines = stderr.split("\n").filter((line) => line.trim() !== "");
	const line =
		lines.find((text) => /^(fatal|error): /.test(text)) ?? lines.at(-1);
	return line?.replace(/^(fatal|error): /, "").trim();
}

async function* once(
	input: string | Uint8Array,
): AsyncGenerator<Uint8Array, void> {
	yield typeof input === "string" ? Buffer.from(input, "latin1") : input;
}
