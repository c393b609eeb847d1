import { redact } from "@llorch/core";

/** Where a value stands in a document: names of tables and keys, and places in lists (from 0). */
export type KeyPath = readonly (string | number)[];

/** A key path as TOML writes it, safe to print: `remote.hosts."mac mini".port`, `fanout.models[1]`. */
export function formatKeyPath(path: KeyPath): string {
	let text = "";
	for (const part of path) {
		if (typeof part === "number") text += `[${part}]`;
		else text += `${text === "" ? "" : "."}${formatKey(part)}`;
	}
	return redact(text);
}

/** One key as TOML writes it: bare where it may be, else in quotes. */
export function formatKey(key: string): string {
	return /^[A-Za-z0-9_-]+$/.test(key) ? key : formatTomlString(key);
}

/** A TOML basic string. */
export function formatTomlString(text: string): string {
	// JSON's escapes are TOML's too; only DEL must be escaped as well, and a lone surrogate is no Unicode text in TOML.
	return JSON.stringify(text.toWellFormed()).replaceAll("\u007f", "\\u007f");
}
