export { llorchProgram, type Program } from "./program.ts";
export * from "./session.ts";
export * from "./terminal.ts";
