import { catalogErrors } from "@llorch/catalog/declarations";
import { configErrors } from "@llorch/config/declarations";
import { coreErrors, type ErrorInfo, type ErrorTable } from "@llorch/core";
import { fanoutErrors } from "@llorch/fanout/declarations";
import { gitErrors } from "@llorch/git/declarations";
import { llmErrors } from "@llorch/llm/declarations";
import { remoteErrors } from "@llorch/remote/declarations";
import { runErrors } from "@llorch/run/declarations";
import { toolchainErrors } from "@llorch/toolchain/declarations";
import { doctorErrors } from "./doctor/errors.ts";
import { cliErrors } from "./errors.ts";
import { setupErrors } from "./setup-errors.ts";

/** Every code llorch can fail with, by the feature that declares it. */
export const errorTables: Readonly<Record<string, ErrorTable>> = {
	core: coreErrors,
	cli: cliErrors,
	run: runErrors,
	config: configErrors,
	git: gitErrors,
	models: catalogErrors,
	toolchain: toolchainErrors,
	llm: llmErrors,
	remote: remoteErrors,
	fanout: fanoutErrors,
	doctor: doctorErrors,
	setup: setupErrors,
};

/** Title and exit code of every code. */
export const allErrors: ErrorTable = Object.assign(
	{},
	...Object.values(errorTables),
);

/** The exit code a failure ends with. A code that stands in no table is a bug of ours: 70. */
export function exitCodeOf(error: ErrorInfo | undefined): number {
	if (error === undefined) return 0;
	return allErrors[error.code as `LLORCH_${string}`]?.exit ?? 70;
}
