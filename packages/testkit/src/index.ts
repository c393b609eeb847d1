export * from "./hub/index.ts";
export * from "./needs.ts";
export * from "./openai/index.ts";
