import type { CommandRunner } from "@llorch/core";
import { findLlm, type LlmInstallation } from "./installation.ts";

/** The `llm` of one host. */
export type Llm = {
	/** Looked up once. Throws LLORCH_LLM_NOT_FOUND, LLORCH_LLM_CRASHED. */
	find(signal: AbortSignal): Promise<LlmInstallation>;
};

export function createLlm({ runner }: { runner: CommandRunner }): Llm {
	let found: Promise<LlmInstallation> | undefined;
	return {
		find(signal) {
			found ??= findLlm(runner, { signal });
			return found;
		},
	};
}
