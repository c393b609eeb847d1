import type { Json, Setting } from "@llorch/core";
import { describeNeed } from "./describe-type.ts";
import { isTable, type TomlTable, type TomlValue } from "./document.ts";
import { formatKeyPath, type KeyPath } from "./key-path.ts";
import { type Place, within } from "./places.ts";
import { freezeValue, showValue } from "./toml-value.ts";
import { describeUnknownKey } from "./unknown-key.ts";

/** A value that was said somewhere and has the right type. A table's members stay apart, because files add to each other's tables. */
export type Stated = { place: Place } & (
	| { value: Json }
	| { members: ReadonlyMap<string, Stated> }
);

/** Takes what is wrong, and where. */
export type Report = (place: Place, text: string) => void;

/**
 * Checks one value against its setting. Reports everything that is wrong with it; undefined when it cannot be used.
 * `key` is the name for messages; in a file it is also where the value stands.
 */
export function readSetting(
	setting: Setting<unknown>,
	raw: TomlValue,
	place: Place,
	key: KeyPath,
	report: Report,
): Stated | undefined {
	if (setting.type === "table" && isTable(raw))
		return readTable(setting, raw, place, key, report);
	if (Array.isArray(raw) && setting.type === "strings")
		if (!checkStrings(setting, raw, place, key, report)) return undefined;
	if (!fits(setting, raw)) {
		report(place, mustBe(key, describeNeed(setting), raw));
		return undefined;
	}
	const value = freezeValue(raw);
	const wrong = setting.check?.(value);
	if (wrong !== undefined) report(place, mustBe(key, wrong, raw));
	return { place, value };
}

function fits(setting: Setting<unknown>, raw: TomlValue): boolean {
	switch (setting.type) {
		case "string":
			return typeof raw === "string" && isChoice(setting, raw);
		case "number":
			return Number.isFinite(raw) && isInRange(setting, Number(raw));
		case "integer":
			return Number.isInteger(raw) && isInRange(setting, Number(raw));
		case "boolean":
			return typeof raw === "boolean";
		case "strings":
		case "list":
			return Array.isArray(raw);
		case "table":
			return false;
	}
}

function isChoice(setting: Setting<unknown>, text: string): boolean {
	return setting.choices === undefined || setting.choices.includes(text);
}

function isInRange({ range }: Setting<unknown>, number: number): boolean {
	return range === undefined || (number >= range[0] && number <= range[1]);
}

function mustBe(key: KeyPath, what: string, raw: TomlValue): string {
	return `${formatKeyPath(key)} must be ${what} (got ${showValue(raw)})`;
}

/** Each wrong element is a problem at its own line. */
function checkStrings(
	setting: Setting<unknown>,
	raw: readonly TomlValue[],
	place: Place,
	key: KeyPath,
	report: Report,
): boolean {
	const element: Setting<unknown> = { ...setting, type: "string" };
	let allFit = true;
	raw.forEach((each, index) => {
		if (fits(element, each)) return;
		allFit = false;
		report(
			within(place, index),
			mustBe([...key, index], describeNeed(element), each),
		);
	});
	return allFit;
}

function readTable(
	setting: Setting<unknown>,
	raw: TomlTable,
	place: Place,
	key: KeyPath,
	report: Report,
): Stated {
	const members = new Map<string, Stated>();
	for (const [name, value] of Object.entries(raw)) {
		const at = within(place, name);
		const member = setting.entries
			? readEntry(setting.entries, value, at, [...key, name], report)
			: { place: at, value: freezeValue(value) };
		if (member !== undefined) members.set(name, member);
	}
	const wrong = setting.check?.(freezeValue(raw));
	if (wrong !== undefined) report(place, mustBe(key, wrong, raw));
	return { place, members };
}

function readEntry(
	settings: { readonly [key: string]: Setting<unknown> },
	raw: TomlValue,
	place: Place,
	key: KeyPath,
	report: Report,
): Stated | undefined {
	if (!isTable(raw)) {
		report(place, mustBe(key, "a table", raw));
		return undefined;
	}
	const members = new Map<string, Stated>();
	for (const [name, value] of Object.entries(raw)) {
		const at = within(place, name);
		const setting = Object.hasOwn(settings, name) ? settings[name] : undefined;
		if (setting === undefined) {
			const known = Object.keys(settings);
			report(at, describeUnknownKey([...key, name], known));
			continue;
		}
		const member = readSetting(setting, value, at, [...key, name], report);
		if (member !== undefined) members.set(name, member);
	}
	return { place, members };
}
