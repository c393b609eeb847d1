/** What the reference pages are generated from. */
export { errorTables } from "./app/error-tables.ts";
export { sections } from "./app/sections.ts";
export { optionName, usageLine } from "./command-paths.ts";
export { createCli } from "./run.ts";
