import type { AnySection, Setting } from "@llorch/core";
import type { TomlValue } from "./document.ts";

/** A key that has a new name. The old one still loads, with a note. */
export type RenamedKey = {
	from: string;
	to: string;
	/** The new key's value for an old one; `undefined`: it says nothing that is not the default. */
	value?: (old: TomlValue) => TomlValue | undefined;
};

/** A key that means nothing any more. It still loads, with the note: `is retired: …`. */
export type RetiredKey = { from: string; note: string };

/** An environment variable that means nothing any more, with the note: `is retired: …`. */
export type RetiredEnv = { env: string; note: string };

export type Rename = RenamedKey | RetiredKey | RetiredEnv;

/** One declared key, under its full name: `models.base_dir`. */
type Key = {
	id: string;
	section: string;
	name: string;
	setting: Setting<unknown>;
};

/** What may stand at one place of a document. */
export type Slot =
	| { kind: "group"; slots: Map<string, Slot> }
	| { kind: "key"; key: Key }
	| { kind: "renamed"; rename: RenamedKey; to: Key }
	| { kind: "retired"; rename: RetiredKey };

/** Every section and old name as one tree, shaped like the document. */
export type Schema = {
	slots: Map<string, Slot>;
	keys: Map<string, Key>;
	retiredEnv: RetiredEnv[];
};

/** Throws a plain `Error` where the declarations contradict each other: a bug, found by the first test that loads them. */
export function buildSchema(
	sections: readonly AnySection[],
	renames: readonly Rename[],
): Schema {
	const schema: Schema = { slots: new Map(), keys: new Map(), retiredEnv: [] };
	for (const section of sections) {
		place(schema, section.name, { kind: "group", slots: new Map() });
		for (const [name, setting] of Object.entries(section.settings)) {
			const id = `${section.name}.${name}`;
			const key = { id, section: section.name, name, setting };
			refuseUnreadableEnv(id, setting);
			place(schema, id, { kind: "key", key });
			schema.keys.set(id, key);
		}
	}
	for (const rename of renames) {
		if ("env" in rename) schema.retiredEnv.push(rename);
		else if ("note" in rename)
			place(schema, rename.from, { kind: "retired", rename });
		else {
			const to = schema.keys.get(rename.to);
			if (to === undefined)
				throw new Error(
					`${rename.from} is renamed to ${rename.to}: no such key`,
				);
			place(schema, rename.from, { kind: "renamed", rename, to });
		}
	}
	return schema;
}

/** The environment variables of a setting, in the order they are asked. */
export function envNames(setting: Setting<unknown>): string[] {
	if (setting.env === undefined) return [];
	return typeof setting.env === "string"
		? [setting.env]
		: setting.env.map((source) => source.name);
}

function place(schema: Schema, id: string, slot: Slot): void {
	const path = id.split(".");
	const last = path.pop() ?? id;
	let slots = schema.slots;
	for (const part of path) {
		const next: Slot = slots.get(part) ?? { kind: "group", slots: new Map() };
		if (next.kind !== "group") throw new Error(`${id} is declared twice`);
		slots.set(part, next);
		slots = next.slots;
	}
	const standing = slots.get(last);
	// A section may come after another that stands below it: [fanout] after [fanout.defaults].
	if (standing?.kind === "group" && slot.kind === "group") return;
	if (standing !== undefined) throw new Error(`${id} is declared twice`);
	slots.set(last, slot);
}

function refuseUnreadableEnv(id: string, setting: Setting<unknown>): void {
	if (setting.type !== "table" && setting.type !== "list") return;
	const sources = setting.env ?? [];
	if (typeof sources === "string" || sources.some(({ read }) => !read))
		throw new Error(`${id} is a ${setting.type}: its variable needs a reader`);
}
