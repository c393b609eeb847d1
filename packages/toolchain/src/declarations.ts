export { BACKENDS, type Backend, isBackend } from "./backends.ts";
export { toolchainErrors } from "./errors.ts";
export {
	type BuildSettings,
	buildSection,
	type ToolchainSettings,
	toolchainRenames,
	toolchainSection,
	type WorkerSettings,
	workerSection,
} from "./sections.ts";
