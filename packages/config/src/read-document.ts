import { isTable, type TomlTable, type TomlValue } from "./document.ts";
import { formatKeyPath, type KeyPath } from "./key-path.ts";
import type { Place, ReadFile } from "./places.ts";
import type { Mistake } from "./problems.ts";
import { type Report, readSetting, type Stated } from "./read-setting.ts";
import type { RenamedKey, Schema, Slot } from "./schema.ts";
import { showValue } from "./toml-value.ts";
import { describeUnknownKey } from "./unknown-key.ts";

/** The newest `version` of the file format that this code reads. */
export const FORMAT_VERSION = 1;

/** What one file says, checked: its values by full key. */
export type FileReading = {
	stated: Map<string, Stated>;
	mistakes: Mistake[];
	notes: Mistake[];
};

/** Checks a whole document against the declared sections. A document of a newer version is not looked into. */
export function readDocument(
	file: ReadFile,
	document: TomlTable,
	schema: Schema,
): FileReading {
	const reading: FileReading = { stated: new Map(), mistakes: [], notes: [] };
	const { version, ...tables } = document;
	const mistake = checkVersion(version, {
		kind: "file",
		file,
		at: ["version"],
	});
	if (mistake !== undefined) reading.mistakes.push(mistake);
	if (mistake?.code !== undefined) return reading;
	const old: OldKey[] = [];
	readGroup({ file, schema, reading, old }, schema.slots, tables, []);
	// After all others, because a new name wins wherever it stands in the file.
	for (const each of old) readRenamed(reading, each);
	return reading;
}

type OldKey = {
	slot: Extract<Slot, { kind: "renamed" }>;
	raw: TomlValue;
	place: Place;
	key: KeyPath;
};

type Walk = {
	file: ReadFile;
	schema: Schema;
	reading: FileReading;
	old: OldKey[];
};

function readGroup(
	walk: Walk,
	slots: ReadonlyMap<string, Slot>,
	table: TomlTable,
	above: KeyPath,
): void {
	const { stated, notes } = walk.reading;
	const report = reporter(walk.reading);
	for (const [name, raw] of Object.entries(table)) {
		const key = [...above, name];
		const place: Place = { kind: "file", file: walk.file, at: key };
		const slot = slots.get(name);
		if (slot === undefined) {
			const names = [...slots].filter(([, each]) => isOffered(each));
			report(
				place,
				describeUnknownKey(
					key,
					names.map(([each]) => each),
					walk.schema.keys.keys(),
				),
			);
		} else if (slot.kind === "key") {
			const { id, setting } = slot.key;
			const value = readSetting(setting, raw, place, key, report);
			if (value !== undefined) stated.set(id, value);
		} else if (slot.kind === "renamed") {
			walk.old.push({ slot, raw, place, key });
		} else if (slot.kind === "retired") {
			notes.push({ place, text: `${formatKeyPath(key)} ${slot.rename.note}` });
		} else if (isTable(raw)) {
			readGroup(walk, slot.slots, raw, key);
		} else {
			report(
				place,
				`${formatKeyPath(key)} must be a table (got ${showValue(raw)})`,
			);
		}
	}
}

function readRenamed(
	reading: FileReading,
	{ slot, raw, place, key }: OldKey,
): void {
	const { stated, notes } = reading;
	const { rename, to } = slot;
	const name = formatKeyPath(key);
	if (stated.has(to.id)) {
		notes.push({
			place,
			text: `${name} is ignored: ${to.id}, its new name, stands here too`,
		});
		return;
	}
	const text = `${name} is now ${describeNewKey(rename, raw)}`;
	notes.push({ place, text });
	const value = rename.value === undefined ? raw : rename.value(raw);
	if (value === undefined) return;
	const read = readSetting(to.setting, value, place, key, reporter(reading));
	if (read !== undefined) stated.set(to.id, read);
}

/** The new key, with its value where that is not the old one. */
function describeNewKey(rename: RenamedKey, raw: TomlValue): string {
	const value = rename.value?.(raw);
	return value === undefined ? rename.to : `${rename.to} = ${showValue(value)}`;
}

function reporter(reading: FileReading): Report {
	return (place, text) => reading.mistakes.push({ place, text });
}

/** An old name is understood, never suggested. */
function isOffered(slot: Slot): boolean {
	if (slot.kind !== "group") return slot.kind === "key";
	return [...slot.slots.values()].some(isOffered);
}

function checkVersion(
	version: TomlValue | undefined,
	place: Place,
): Mistake | undefined {
	if (version === undefined || version === FORMAT_VERSION) return undefined;
	if (typeof version === "number" && version > FORMAT_VERSION)
		return {
			place,
			text: `this file has version ${version}, and this llorch reads version ${FORMAT_VERSION}`,
			code: "LLORCH_CONFIG_TOO_NEW",
		};
	return {
		place,
		text: `version must be ${FORMAT_VERSION} (got ${showValue(version)})`,
	};
}
