import type { AnySection, Setting } from "@llorch/core";
import { describeType } from "./describe-type.ts";
import type { TomlValue } from "./document.ts";
import { FORMAT_VERSION } from "./read-document.ts";
import { envNames } from "./schema.ts";
import { formatTomlValue } from "./toml-value.ts";

/**
 * A configuration file that says nothing yet and explains everything: valid TOML, every key commented out with its
 * default. Prose begins with `# `, a key with `#` alone, so removing that `#` sets the key.
 */
export function renderConfigTemplate(sections: readonly AnySection[]): string {
	const blocks = [
		"# Configuration of llorch. Every key stands here with its default;\n# to set one, remove the # before it.",
		`version = ${FORMAT_VERSION}`,
	];
	for (const section of sections) {
		blocks.push(`[${section.name}]`);
		for (const [key, setting] of Object.entries(section.settings))
			blocks.push(renderKey(section.name, key, setting));
	}
	return `${blocks.join("\n\n")}\n`;
}

function renderKey(
	section: string,
	key: string,
	setting: Setting<unknown>,
): string {
	const lines = [
		...toProse(setting.describe),
		`# (${describeSources(setting)})`,
	];
	if (setting.entries !== undefined)
		lines.push(...renderEntry(`${section}.${key}`, setting.entries));
	// An empty table written out could not be added to by `[section.key.name]`.
	else if (setting.default !== undefined)
		lines.push(`#${key} = ${formatTomlValue(setting.default as TomlValue)}`);
	else lines.push(`# ${key} = …`);
	return lines.join("\n");
}

/** An entry's keys as an example: they stand below a name that only the reader knows. */
function renderEntry(
	table: string,
	entries: { readonly [key: string]: Setting<unknown> },
): string[] {
	const lines = [`#     [${table}.NAME]`];
	for (const [key, setting] of Object.entries(entries)) {
		const value =
			setting.default === undefined
				? "…"
				: formatTomlValue(setting.default as TomlValue);
		const [first = ""] = setting.describe.split("\n");
		lines.push(
			`#     ${key} = ${value}  # ${first} (${describeSources(setting)})`,
		);
	}
	return lines;
}

function describeSources(setting: Setting<unknown>): string {
	const names = envNames(setting);
	const type = describeType(setting);
	return names.length === 0
		? type
		: `${type}; environment: ${names.join(", ")}`;
}

function toProse(text: string): string[] {
	return text.split("\n").map((line) => `# ${line}`.trimEnd());
}
