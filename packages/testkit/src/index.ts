export * from "./hub/index.ts";
export * from "./needs.ts";
