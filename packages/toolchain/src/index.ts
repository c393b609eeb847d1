export { followBuild } from "./cargo/follow-build.ts";
export * from "./declarations.ts";
