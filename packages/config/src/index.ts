export type {
	Config,
	ConfigEntry,
	Origin,
} from "./config.ts";
export { type ConfigEdit, editConfigText } from "./edit.ts";
export {
	findRepositoryRoot,
	PROJECT_FILE,
	type Surroundings,
	userFile,
} from "./find-files.ts";
export {
	type ConfigOptions,
	type ConfigReport,
	checkConfig,
	loadConfig,
} from "./load.ts";
export type { Environment, FlagValue } from "./overrides.ts";
export { expandPath, showPath } from "./paths.ts";
export type { ConfigFile, FileKind } from "./places.ts";
export type { Problem } from "./problems.ts";
export { generateConfigReference, type ReferenceRow } from "./reference.ts";
export type { Rename, RenamedKey, RetiredEnv, RetiredKey } from "./schema.ts";
export { renderConfigTemplate } from "./template.ts";
