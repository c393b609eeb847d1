import { generateConfigReference } from "@llorch/config";
import { sections } from "./app/sections.ts";

/** What the reference pages are generated from. */
export const configReference = generateConfigReference(sections);
export { errorTables } from "./app/error-tables.ts";
export { optionName, usageLine } from "./command-paths.ts";
export { listDefinitions } from "./commands/listed.ts";
export { createCli } from "./run.ts";
