import type { Json, Section, Setting } from "@llorch/core";
import { formatKeyPath } from "./key-path.ts";
import type { ConfigFile, FileKind, Place } from "./places.ts";
import { createPositions } from "./problems.ts";
import type { Resolved, Row } from "./resolve.ts";

/** Where a value comes from. */
export type Origin =
	| { kind: "default" }
	/** `path` is absolute; `line` counts from 1 and is known to `entries()` only. */
	| { kind: FileKind; path: string; line?: number }
	| { kind: "env" | "flag"; name: string };

/** One value with where it comes from: what `config show --origin` prints. */
export type ConfigEntry = {
	section: string;
	/** Within the section: `base_dir`, `hosts.mac.port`. */
	key: string;
	/** Absent: nothing was said, and there is no default. */
	value?: Json;
	origin: Origin;
	describe: string;
};

/** The configuration that counts for one command: frozen, checked, complete. */
export type Config = {
	/** A section's values, deeply frozen. Throws a plain `Error` for a section that was not given to `loadConfig`: a bug. */
	get<S>(section: Section<S>): Readonly<S>;
	/** Where a value comes from, without its line. Of a table: the strongest place that adds to it. Throws as `get` does. */
	origin<S>(section: Section<S>, key: keyof S & string): Origin;
	/** Every value, in the order the sections are declared, with lines: reads the files' positions. */
	entries(): Promise<ConfigEntry[]>;
	/** What its writer should know, such as old names of keys: `.llorch.toml:3: general.model_base_dir is now models.base_dir`. */
	notes: readonly string[];
	/** The files that count, the strongest first, whether they exist or not. */
	files: readonly ConfigFile[];
	/** The first folder with `.git`, upwards from where we stand. Absent outside of any repository. */
	repositoryRoot?: string;
};

/** What `createConfig` is made from. */
export type ConfigParts = {
	sections: readonly {
		name: string;
		keys: readonly { name: string; resolved: Resolved }[];
	}[];
	notes: readonly string[];
	files: readonly ConfigFile[];
	repositoryRoot?: string;
};

export function createConfig(parts: ConfigParts): Config {
	const sections = new Map(
		parts.sections.map(({ name, keys }) => [
			name,
			{
				places: new Map(keys.map((key) => [key.name, key.resolved.place])),
				values: Object.freeze(
					Object.fromEntries(
						keys.flatMap(({ name: key, resolved: { value } }) =>
							value === undefined ? [] : [[key, value]],
						),
					),
				),
			},
		]),
	);
	const find = (name: string) => {
		const section = sections.get(name);
		if (section === undefined)
			throw new Error(`the section ${name} was not loaded`);
		return section;
	};
	return Object.freeze({
		get: <S>(section: Section<S>) => find(section.name).values as Readonly<S>,
		origin: <S>(section: Section<S>, key: keyof S & string) =>
			toOrigin(find(section.name).places.get(key)),
		entries: () => listEntries(parts),
		notes: parts.notes,
		files: parts.files,
		...(parts.repositoryRoot === undefined
			? {}
			: { repositoryRoot: parts.repositoryRoot }),
	});
}

function toOrigin(place: Place | undefined): Origin {
	if (place === undefined) return { kind: "default" };
	if (place.kind === "file")
		return { kind: place.file.kind, path: place.file.path };
	return { kind: place.kind, name: place.name };
}

async function listEntries(parts: ConfigParts): Promise<ConfigEntry[]> {
	const positions = createPositions();
	const entries: ConfigEntry[] = [];
	for (const section of parts.sections) {
		const depth = section.name.split(".").length;
		for (const row of section.keys.flatMap((key) => key.resolved.rows)) {
			const origin = toOrigin(row.place);
			if (row.place?.kind === "file" && "path" in origin) {
				const find = await positions(row.place.file);
				const position = find(row.place.at);
				if (position !== undefined) origin.line = position.line;
			}
			entries.push(toEntry(section.name, depth, row, origin));
		}
	}
	return entries;
}

function toEntry(
	section: string,
	depth: number,
	row: Row,
	origin: Origin,
): ConfigEntry {
	const setting: Setting<unknown> = row.setting;
	return {
		section,
		key: formatKeyPath(row.key.slice(depth)),
		...(row.value === undefined ? {} : { value: row.value }),
		origin,
		describe: setting.describe,
	};
}
