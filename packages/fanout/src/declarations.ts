export { maskCliArgs } from "./cli-args.ts";
export { fanoutErrors } from "./errors.ts";
export {
	type FanoutDefaults,
	type FanoutSettings,
	fanoutDefaultsSection,
	fanoutSection,
} from "./settings.ts";
