export { toolchainErrors } from "./errors.ts";
export {
	BACKENDS,
	type Backend,
	type BuildSettings,
	buildSection,
	type ToolchainSettings,
	toolchainRenames,
	toolchainSection,
	type WorkerSettings,
	workerSection,
} from "./settings.ts";
