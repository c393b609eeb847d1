export * from "./hub/index.ts";
export * from "./model.ts";
export * from "./model-server.ts";
export * from "./needs.ts";
export * from "./openai/index.ts";
export type { FoundProcess } from "./processes.ts";
export * from "./session/index.ts";
export * from "./world.ts";
