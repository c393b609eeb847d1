import type { Section } from "@llorch/core";

/** What an option is when it is not given, for its description: `Default: fanout.defaults.parallel (4)`. */
export function defaultOf<S>(
	section: Section<S>,
	key: keyof S & string,
): string {
	const { default: value } = section.settings[key];
	const known = value === undefined || value === "" ? "" : ` (${value})`;
	return `Default: ${section.name}.${key}${known}`;
}
