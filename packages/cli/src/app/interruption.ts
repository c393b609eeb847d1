import { LlorchError } from "@llorch/core";

const MESSAGES = {
	LLORCH_INTERRUPTED: "interrupted",
	LLORCH_TERMINATED: "terminated",
	LLORCH_HUNG_UP: "the terminal went away",
	LLORCH_OUTPUT_CLOSED: "the reader of the output left",
} as const;

export type InterruptionCode = keyof typeof MESSAGES;

/** The reason an invocation is aborted with: its code decides the exit code (128 + signal number, as shells report it). */
export function interruption(code: InterruptionCode): LlorchError {
	return new LlorchError(code, MESSAGES[code]);
}

/** True for an error that only says that we were told to stop. */
export function isInterruption(code: string): code is InterruptionCode {
	return code in MESSAGES;
}
