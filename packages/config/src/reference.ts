import type { AnySection, Setting } from "@llorch/core";
import { describeType } from "./describe-type.ts";
import type { TomlValue } from "./document.ts";
import { envNames } from "./schema.ts";
import { formatTomlValue } from "./toml-value.ts";

/** One key for the reference page. */
export type ReferenceRow = {
	section: string;
	/** Keys of a table's entries too: `hosts.NAME.port`. */
	key: string;
	/** What it accepts: `whole number from 1 to 64`. */
	type: string;
	/** As TOML writes it. Absent: there is none. */
	default?: string;
	/** The environment variables that set it, the strongest first. */
	env: string[];
	describe: string;
};

/** Every declared key, in the order it is declared: what `docs/reference/config.md` and completion are made from. */
export function generateConfigReference(
	sections: readonly AnySection[],
): ReferenceRow[] {
	return sections.flatMap((section) =>
		listKeys(section.name, "", section.settings),
	);
}

function listKeys(
	section: string,
	above: string,
	settings: { readonly [key: string]: Setting<unknown> },
): ReferenceRow[] {
	return Object.entries(settings).flatMap(([name, setting]) => [
		{
			section,
			key: `${above}${name}`,
			type: describeType(setting),
			...describeDefault(setting),
			env: envNames(setting),
			describe: setting.describe,
		},
		...listKeys(section, `${above}${name}.NAME.`, setting.entries ?? {}),
	]);
}

function describeDefault(setting: Setting<unknown>): { default?: string } {
	return setting.default === undefined
		? {}
		: { default: formatTomlValue(setting.default as TomlValue) };
}
