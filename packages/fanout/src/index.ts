export type { FanoutAnswer, FanoutMeta, TextFile } from "./answer.ts";
export * from "./errors.ts";
export * from "./fanout.ts";
export type { FanoutFacts, FanoutManifest } from "./manifest.ts";
export type { FanoutInput, FanoutPlan, FanoutRequest } from "./plan.ts";
export type { Prompt, PromptSources } from "./prompts.ts";
export type { FanoutResult, FanoutSummary } from "./result.ts";
export type { FanoutContext } from "./run.ts";
export * from "./settings.ts";
