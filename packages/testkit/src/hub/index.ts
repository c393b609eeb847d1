export * from "./content.ts";
export type { Fault, FaultEffect, FaultStep, FaultTarget } from "./faults.ts";
export * from "./hub.ts";
export type { HubRequest } from "./log.ts";
export type { FileInput, FilesInput, RepoInput } from "./repos.ts";
