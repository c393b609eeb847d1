import { stat } from "node:fs/promises";
import { LlorchError, type RunSpec } from "@llorch/core";
import { findProgram } from "./find-program.ts";

/**
 * What is behind a failed spawn. The system's own answer does not say: ENOENT stands for a missing folder, a missing
 * program and a script whose interpreter is missing.
 */
export async function explainStartError(
	spec: RunSpec,
	place: { env: Readonly<Record<string, string>>; cwd: string },
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
	const lookup = await findProgram(file, place.env, place.cwd);
	if (lookup === undefined) {
		return new LlorchError(
			"LLORCH_PROGRAM_NOT_FOUND",
			file.includes("/")
				? `the program ${file} does not exist`
				: `the program ${file} was not found in any folder of PATH`,
			{ details: { file, path: place.env.PATH ?? null } },
		);
	}
	const path = "found" in lookup ? lookup.found : lookup.refused;
	return new LlorchError(
		"LLORCH_PROGRAM_NOT_RUNNABLE",
		`${path} could not be started: ${describe(cause, "refused" in lookup)}`,
		{ details: { file, path, reason: codeOf(cause) ?? null } },
	);
}

function describe(cause: unknown, refused: boolean): string {
	const code = codeOf(cause);
	if (refused) return "it is not an executable file";
	if (code === "ENOENT")
		return "the interpreter that its first line names does not exist";
	if (code === "EACCES") return "permission denied";
	if (code === "E2BIG") return "its arguments and environment are too large";
	if (code === "EMFILE" || code === "ENFILE") return "too many open files";
	if (code === "EAGAIN") return "too many processes";
	return code ?? String(cause);
}

function codeOf(cause: unknown): string | undefined {
	return cause instanceof Error && "code" in cause
		? String(cause.code)
		: undefined;
}
