import type { EnvSource, Setting } from "@llorch/core";
import type { TomlValue } from "./document.ts";
import type { KeyPath } from "./key-path.ts";
import { readNumberText } from "./number-text.ts";
import type { Place } from "./places.ts";
import { type Report, readSetting, type Stated } from "./read-setting.ts";
import type { Schema } from "./schema.ts";

/** The environment, as `process.env` has it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A flag that sets a key for this one command. */
export type FlagValue = {
	/** Its name for messages: `--parallel`. */
	flag: string;
	/** The key's full name: `fanout.defaults.parallel`. */
	key: string;
	/** `undefined`: the flag was not given. */
	value: TomlValue | undefined;
};

/** What the environment or a flag says about a setting; for a setting of a table's entries, it is said of every entry. */
export type Overrides = ReadonlyMap<Setting<unknown>, Stated>;

/** Reads every variable that some setting asks for. */
export function readEnvironment(
	schema: Schema,
	env: Environment,
	report: Report,
): Overrides {
	const stated = new Map<Setting<unknown>, Stated>();
	const read = (setting: Setting<unknown>, key: KeyPath) => {
		const said = askSources(setting, env);
		if (said !== undefined) {
			const place: Place = { kind: "env", name: said.name };
			const value = readSetting(setting, said.raw, place, key, report);
			if (value !== undefined) stated.set(setting, value);
		}
		for (const [name, entry] of Object.entries(setting.entries ?? {}))
			read(entry, [...key, "*", name]);
	};
	for (const { id, setting } of schema.keys.values())
		read(setting, id.split("."));
	return stated;
}

/** Throws a plain `Error` for a flag that sets an undeclared key: a bug. */
export function readFlags(
	schema: Schema,
	flags: readonly FlagValue[],
	report: Report,
): Overrides {
	const stated = new Map<Setting<unknown>, Stated>();
	for (const { flag, key, value } of flags) {
		const setting = schema.keys.get(key)?.setting;
		if (setting === undefined)
			throw new Error(`${flag} sets ${key}, which no section declares`);
		if (value === undefined) continue;
		const place: Place = { kind: "flag", name: flag };
		const read = readSetting(setting, value, place, key.split("."), report);
		if (read !== undefined) stated.set(setting, read);
	}
	return stated;
}

function askSources(
	setting: Setting<unknown>,
	env: Environment,
): { name: string; raw: TomlValue } | undefined {
	const sources: readonly EnvSource<unknown>[] =
		typeof setting.env === "string"
			? [{ name: setting.env }]
			: (setting.env ?? []);
	for (const { name, read } of sources) {
		const text = env[name];
		if (text === undefined || text === "") continue;
		const raw = read === undefined ? readText(setting, text) : read(text);
		if (raw !== undefined) return { name, raw: raw as TomlValue };
	}
	return undefined;
}

const WORDS: Readonly<Record<string, boolean>> = {
	"1": true,
	true: true,
	yes: true,
	on: true,
	"0": false,
	false: false,
	no: false,
	off: false,
};

/** A variable's text in the setting's own type; text that has no such meaning stays text, and fails the check that follows. */
function readText(setting: Setting<unknown>, text: string): TomlValue {
	const word = text.trim();
	switch (setting.type) {
		case "number":
		case "integer":
			return readNumberText(text) ?? text;
		case "boolean":
			return WORDS[word.toLowerCase()] ?? text;
		case "strings":
			return text
				.split(",")
				.map((each) => each.trim())
				.filter((each) => each !== "");
		default:
			return text;
	}
}
