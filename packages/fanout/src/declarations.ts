export { fanoutErrors } from "./errors.ts";
export {
	type FanoutDefaults,
	type FanoutSettings,
	fanoutDefaultsSection,
	fanoutSection,
} from "./settings.ts";
