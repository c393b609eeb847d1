import type { Json, Setting } from "@llorch/core";
import type { TomlValue } from "./document.ts";
import type { KeyPath } from "./key-path.ts";
import type { Overrides } from "./overrides.ts";
import type { Place } from "./places.ts";
import type { Stated } from "./read-setting.ts";
import { freezeValue } from "./toml-value.ts";

/** One value that counts. A table with entries has a row for every key of every entry. */
export type Row = {
	key: KeyPath;
	/** Absent: nothing was said, and there is no default. */
	value?: Json;
	/** Absent: the default. */
	place?: Place;
	setting: Setting<unknown>;
};

export type Resolved = {
	value: Json | undefined;
	place: Place | undefined;
	rows: Row[];
};

/** Decides one setting. `layers` are what the files say of it, the strongest first; `overrides` are stronger still. */
export function resolve(
	setting: Setting<unknown>,
	key: KeyPath,
	layers: readonly Stated[],
	overrides: readonly Overrides[],
): Resolved {
	const over = overrides.flatMap((each) => each.get(setting) ?? []);
	const [strongest, ...weaker] = [...over, ...layers];
	if (strongest === undefined) return resolveDefault(setting, key);
	const { place } = strongest;
	if (!("members" in strongest))
		return {
			value: strongest.value,
			place,
			rows: [{ key, value: strongest.value, place, setting }],
		};
	const { value, rows } = resolveMembers(
		setting,
		key,
		[strongest, ...weaker],
		overrides,
	);
	return {
		value,
		place,
		rows: rows.length === 0 ? [{ key, value, place, setting }] : rows,
	};
}

function resolveDefault(setting: Setting<unknown>, key: KeyPath): Resolved {
	if (setting.default === undefined)
		return { value: undefined, place: undefined, rows: [{ key, setting }] };
	const value = freezeValue(setting.default as TomlValue);
	return { value, place: undefined, rows: [{ key, value, setting }] };
}

/** A table's names come from every layer, the weakest first; what is said of one name, the strongest says. */
function resolveMembers(
	setting: Setting<unknown>,
	key: KeyPath,
	layers: readonly Stated[],
	overrides: readonly Overrides[],
): { value: Json; rows: Row[] } {
	const table: { [name: string]: Json } = Object.create(null);
	const rows: Row[] = [];
	const names = new Set(layers.toReversed().flatMap(memberNames));
	for (const name of names) {
		const said = layers.flatMap((layer) => memberOf(layer, name));
		const member = setting.entries
			? resolveEntry(setting.entries, [...key, name], said, overrides)
			: resolve(setting, [...key, name], said, []);
		table[name] = member.value as Json;
		rows.push(...member.rows);
	}
	return { value: Object.freeze(table), rows };
}

function resolveEntry(
	settings: { readonly [key: string]: Setting<unknown> },
	key: KeyPath,
	layers: readonly Stated[],
	overrides: readonly Overrides[],
): { value: Json; rows: Row[] } {
	const entry: { [name: string]: Json } = {};
	const rows: Row[] = [];
	for (const [name, setting] of Object.entries(settings)) {
		const said = layers.flatMap((layer) => memberOf(layer, name));
		const member = resolve(setting, [...key, name], said, overrides);
		if (member.value !== undefined) entry[name] = member.value;
		rows.push(...member.rows);
	}
	return { value: Object.freeze(entry), rows };
}

function memberNames(stated: Stated): string[] {
	return "members" in stated ? [...stated.members.keys()] : [];
}

function memberOf(stated: Stated, name: string): Stated[] {
	const member = "members" in stated ? stated.members.get(name) : undefined;
	return member === undefined ? [] : [member];
}
