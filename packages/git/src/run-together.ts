import { randomUUID } from "node:crypto";
import { quotePosix } from "@llorch/core";
import { mapAll, type ParallelOptions } from "./parallel.ts";
import { GIT_ENVIRONMENT, type GitDoor, runProgram } from "./run-git.ts";

/** One command of several that run one after the other. */
export type Together = {
	/** Absolute. */
	folder: string;
	/** What comes after `git`; or, with `program`, after that. */
	args: readonly string[];
	program?: string;
};

export type TogetherOutput = {
	stdout: Buffer;
	/** 127: there is no such program, as a shell says it. */
	code: number;
};

/** Bytes. Linux takes no argument over 128 KiB (MAX_ARG_STRLEN). */
const MAX_SCRIPT = 100_000;

/**
 * Runs commands one after the other in one shell, and collects what each prints. Starting a process from a shell takes a fraction
 * of what it takes from here, and for commands of a few milliseconds that is most of the time. What they say on stderr is
 * not kept: run one that failed by itself to learn why.
 */
export async function runTogether(
	door: GitDoor,
	commands: readonly Together[],
): Promise<TogetherOutput[]> {
	if (commands.length === 0) return [];
	// Nothing that is printed can hold it, so it tells where one output ends.
	const mark = randomUUID();
	const script = commands
		.map((command) => `${line(command)}; printf '\\0%s %s\\0' ${mark} "$?"`)
		.join("\n");
	if (Buffer.byteLength(script) > MAX_SCRIPT && commands.length > 1) {
		const half = Math.ceil(commands.length / 2);
		return [
			...(await runTogether(door, commands.slice(0, half))),
			...(await runTogether(door, commands.slice(half))),
		];
	}
	const { stdout } = await runProgram(door, {
		file: "sh",
		args: ["-c", script],
		// A folder that may not be entered keeps no other command from running.
		cwd: "/",
		env: GIT_ENVIRONMENT,
	});
	return splitOutputs(stdout, mark);
}

/**
 * The same for commands that need not wait for each other, in several shells at once; one output for each in its place, undefined
 * where its shell was ended before it came to it.
 */
export async function runSideBySide(
	options: GitDoor & ParallelOptions,
	commands: readonly Together[],
): Promise<(TogetherOutput | undefined)[]> {
	const hands = Math.min(options.parallel, commands.length);
	const outputs: (TogetherOutput | undefined)[] = [];
	await mapAll(
		Array.from({ length: hands }, (_, hand) => hand),
		async (hand) => {
			// Dealt out in turn, so that neighbours, often alike in size, go to different shells.
			const share = commands.filter((_, index) => index % hands === hand);
			const answers = await runTogether(options, share);
			for (const [turn, answer] of answers.entries())
				outputs[turn * hands + hand] = answer;
		},
		options,
	);
	return outputs;
}

/** `command`, because bash takes over functions from the environment, and one may be called `git`. */
function line({ folder, args, program }: Together): string {
	if (program !== undefined)
		return `cd ${quotePosix([folder])} && command ${quotePosix([program, ...args])} 2>/dev/null`;
	const git = ["git", "-c", "submodule.recurse=false", "-C", folder];
	return `command ${quotePosix([...git, ...args])} 2>/dev/null`;
}

/** Cuts the output of several commands where `NUL mark SP code NUL` stands. */
export function splitOutputs(bytes: Buffer, mark: string): TogetherOutput[] {
	const outputs: TogetherOutput[] = [];
	const needle = `\0${mark} `;
	let from = 0;
	for (;;) {
		const at = bytes.indexOf(needle, from, "latin1");
		if (at < 0) return outputs;
		const end = bytes.indexOf(0, at + needle.length);
		outputs.push({
			stdout: bytes.subarray(from, at),
			code: Number(bytes.toString("latin1", at + needle.length, end)),
		});
		from = end + 1;
	}
}
