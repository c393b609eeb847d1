export type { FanoutAnswer, FanoutMeta, TextFile } from "./answer.ts";
export * from "./errors.ts";
export * from "./fanout.ts";
export type { FanoutFacts, FanoutManifest } from "./manifest.ts";
export {
	type FanoutInput,
	type FanoutPlan,
	type FanoutRequest,
	planFanout,
} from "./plan.ts";
export {
	makePrompt,
	type Prompt,
	type PromptSources,
	readPrompts,
} from "./prompts.ts";
export type { FanoutResult, FanoutSummary } from "./result.ts";
export { type FanoutContext, runFanout } from "./run.ts";
export * from "./settings.ts";
