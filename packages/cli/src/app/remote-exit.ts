import type { ErrorInfo } from "@llorch/core";
import { allErrors } from "./error-tables.ts";

/**
 * 255 as ssh has it when nothing ran there, 127 as every shell has it for a program that is not there; what has nothing to do with the
 * host (usage, Ctrl-C, a broken configuration) keeps its own code.
 */
export function exitOfFailure(error: ErrorInfo): number {
	if (error.code === "LLORCH_PROGRAM_NOT_FOUND") return 127;
	const exit = allErrors[error.code as `LLORCH_${string}`]?.exit ?? 70;
	return exit === 5 || exit === 1 ? 255 : exit;
}
