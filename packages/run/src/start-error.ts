import { stat } from "node:fs/promises";
import { LlorchError, type RunSpec } from "@llorch/core";
import { findProgram, type Place } from "./find-program.ts";

// The least that a supported system takes in one argument is 128 KiB (Linux, MAX_ARG_STRLEN), in all of them 256 KiB and more.
const LARGE_BYTES = 128 * 1024;

/**
 * What is behind a failed spawn. The system's own answer does not say: ENOENT stands for a missing folder, a missing
 * program and a script whose interpreter is missing.
 */
export async function explainStartError(
	spec: RunSpec,
	place: Place,
	cause: unknown,
): Promise<LlorchError> {
	const { file } = spec;
	const folder = await stat(place.cwd).catch(() => undefined);
	if (!folder?.isDirectory()) {
		return new LlorchError(
			"LLORCH_FOLDER_NOT_FOUND",
			folder === undefined
				? `the folder ${place.cwd} does not exist, so ${file} could not be run in it`
				: `${place.cwd} is not a folder, so ${file} could not be run in it`,
			{ details: { folder: place.cwd, file } },
		);
	}
	const lookup = await findProgram(file, place);
	if (lookup === undefined) {
		return new LlorchError(
			"LLORCH_PROGRAM_NOT_FOUND",
			file.includes("/")
				? `the program ${file} does not exist`
				: `the program ${file} was not found in any folder of PATH`,
			{ details: { file, path: place.env.PATH ?? null } },
		);
	}
	if ("refused" in lookup) {
		return new LlorchError(
			"LLORCH_PROGRAM_NOT_RUNNABLE",
			`${lookup.refused} could not be started: it is not an executable file`,
			{ details: { file, path: lookup.refused } },
		);
	}
	return new LlorchError(
		"LLORCH_PROGRAM_NOT_RUNNABLE",
		`${lookup.found} could not be started: ${describe(cause, spec, place)}`,
		{ details: { file, path: lookup.found, reason: codeOf(cause) ?? null } },
	);
}

function describe(cause: unknown, spec: RunSpec, place: Place): string {
	const code = codeOf(cause);
	if (code === "ENOENT")
		return "the interpreter that its first line names does not exist";
	if (code === "EACCES") return "permission denied";
	if (code === "EMFILE" || code === "ENFILE") return "too many open files";
	if (code === "EAGAIN") return "too many processes";
	if (code === "E2BIG" || (code === undefined && isLarge(spec, place)))
		return "its arguments and environment are too large";
	return code ?? "the system refused it";
}

function isLarge({ args }: RunSpec, { env }: Place): boolean {
	const words = [...args, ...Object.entries(env).flat()];
	return words.join("").length > LARGE_BYTES;
}

function codeOf(cause: unknown): string | undefined {
	return cause instanceof Error && "code" in cause
		? String(cause.code)
		: undefined;
}
