import {
	type Captured,
	type CommandRunner,
	capture,
	LlorchError,
	type RunSpec,
	sanitize,
} from "@llorch/core";
import { NoAnswer, rejectAfterAbort } from "./no-answer.ts";

/** Milliseconds for a program that was cut off. One that ignores TERM gets KILL from the runner, behind our back. */
const GRACE_MS = 400;

/**
 * Runs a short command for a check and collects what it says; undefined when this machine has no such program.
 * When the check's time is over, the error names the program: `nvidia-smi did not answer within 5 s`.
 */
export async function runProgram(
	runner: CommandRunner,
	spec: RunSpec,
	signal: AbortSignal,
): Promise<Captured | undefined> {
	try {
		const captured = await Promise.race([
			capture(runner, spec, { signal }),
			rejectAfterAbort(signal, GRACE_MS),
		]);
		signal.throwIfAborted();
		return captured;
	} catch (error) {
		if (signal.aborted && signal.reason instanceof NoAnswer)
			throw new NoAnswer(spec.file, signal.reason.limitMs);
		if (error instanceof LlorchError && /_NOT_FOUND$/.test(error.info.code))
			return undefined;
		throw error;
	}
}

/** The first line a failed program said that says anything, for a finding's text. */
export function firstWords({ stdout, stderr }: Captured): string {
	const lines = sanitize(`${stderr}\n${stdout}`).split("\n");
	return lines.find((line) => line.trim() !== "")?.trim() ?? "it said nothing";
}
