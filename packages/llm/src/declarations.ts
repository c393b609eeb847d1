export { llmErrors } from "./errors.ts";
export { type LlmModelRef, maskLlmModel, parseLlmModel } from "./model-ref.ts";
export { maskLlmWords } from "./words.ts";
