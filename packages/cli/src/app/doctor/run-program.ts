import {
	type Captured,
	type CommandRunner,
	capture,
	LlorchError,
	type RunSpec,
	sanitize,
} from "@llorch/core";
import { NoAnswer } from "./no-answer.ts";

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
		const captured = await capture(runner, spec, { signal });
		signal.throwIfAborted();
		return captured;
	} catch (error) {
		if (signal.aborted && signal.reason instanceof NoAnswer)
			throw new NoAnswer(spec.file, signal.reason.limitMs);
		if (
			error instanceof LlorchError &&
			error.info.code === "LLORCH_PROGRAM_NOT_FOUND"
		)
			return undefined;
		throw error;
	}
}

/** The first line a failed program said that says anything, for a finding's text. */
export function firstWords({ stdout, stderr }: Captured): string {
	const lines = sanitize(`${stderr}\n${stdout}`).split("\n");
	return lines.find((line) => line.trim() !== "")?.trim() ?? "it said nothing";
}
