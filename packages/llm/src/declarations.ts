export { llmErrors } from "./errors.ts";
export { type LlmModelRef, parseLlmModel } from "./model-ref.ts";
