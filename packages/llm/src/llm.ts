import type { Check, CommandRunner } from "@llorch/core";
import { llmChecks } from "./checks.ts";
import { findLlm, type LlmInstallation } from "./installation.ts";
import type { LlmModelRef } from "./model-ref.ts";

/** The `llm` of one host. */
export type Llm = {
	/** Throws LLORCH_LLM_NOT_FOUND, LLORCH_LLM_CRASHED. Looked up once. */
	find(signal: AbortSignal): Promise<LlmInstallation>;
	/** What doctor looks at. */
	checks(): Check[];
};

export type LlmContext = {
	runner: CommandRunner;
	/** The llm models of the configuration. */
	models: readonly LlmModelRef[];
	/** OPENAI_API_KEY is set where llm runs. */
	hasOpenAiKey: boolean;
};

export function createLlm(context: LlmContext): Llm {
	let found: Promise<LlmInstallation> | undefined;
	return {
		find(signal) {
			found ??= findLlm(context.runner, { signal });
			return found;
		},
		checks: () => llmChecks(context),
	};
}
