import type { KeyPath } from "./key-path.ts";

/** `user` and `project` are found, `file` is the one that `--config` or LLORCH_CONFIG_PATH names. */
export type FileKind = "user" | "project" | "file";

/** A file of the configuration, as `config path` shows it. */
export type ConfigFile = {
	/** Absolute. */
	path: string;
	kind: FileKind;
	exists: boolean;
};

/** A file that exists, with its text (without a byte order mark). */
export type ReadFile = {
	path: string;
	kind: FileKind;
	/** The path as messages name it. */
	shown: string;
	text: string;
};

/** Where a value was said. */
export type Place =
	| { kind: "file"; file: ReadFile; at: KeyPath }
	| { kind: "env"; name: string }
	| { kind: "flag"; name: string };

/** The same place, one table or list deeper. */
export function within(place: Place, part: string | number): Place {
	return place.kind === "file" ? { ...place, at: [...place.at, part] } : place;
}
