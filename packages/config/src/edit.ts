import { isDeepStrictEqual } from "node:util";
import type { Json } from "@llorch/core";
import { type LineEnding, lineEnding } from "./edit-lines.ts";
import {
	isSame,
	type Outline,
	readOutline,
	startsWith,
} from "./edit-outline.ts";
import { removeLast } from "./edit-remove.ts";
import { addKey, isObject, replaceValue } from "./edit-set.ts";
import type { KeyPath } from "./key-path.ts";

/** One change: the value a key or table gets, or `undefined` to take it away with everything below it. */
export type ConfigEdit = { path: readonly string[]; value: Json | undefined };

/**
 * The text of a configuration file after some changes, one after the other, with every comment, order and line ending
 * it had. Where a value is the same already, the text is too. Setting a table makes its keys exactly those of the
 * value, and keeps what stands beside and above them. A key that goes takes its line; a table that goes takes the
 * comments directly above its header. `shown` names the file in messages.
 *
 * Throws LLORCH_CONFIG_INVALID for text that is no TOML, LLORCH_CONFIG_NOT_EDITABLE where a path leads through
 * something that is no table (a list, a number), and a plain `Error` for null, which TOML has not.
 */
export async function editConfigText(
	text: string,
	edits: readonly ConfigEdit[],
	shown = "the configuration",
): Promise<string> {
	const mark = text.startsWith("\ufeff") ? "\ufeff" : "";
	const file: File = { shown, ending: lineEnding(text) };
	let edited = text.slice(mark.length);
	for (const { path, value } of edits)
		edited =
			value === undefined
				? await remove(edited, path, file)
				: await set(edited, path, value, file);
	return mark + edited;
}

/** What stays the same through all changes of one text. */
type File = { shown: string; ending: LineEnding };

async function remove(
	text: string,
	path: readonly string[],
	file: File,
): Promise<string> {
	let rest = text;
	for (;;) {
		// One at a time, and read anew, from the end: a table may be spread over the file, and TOML minds the order of [[lists]].
		const less = removeLast(rest, await readOutline(rest, file.shown), path);
		if (less === undefined) return rest;
		rest = less;
	}
}

async function set(
	text: string,
	path: readonly string[],
	value: Json,
	file: File,
): Promise<string> {
	const outline = await readOutline(text, file.shown);
	const below = namesBelow(outline, path);
	const pair = outline.pairs.find((each) => isSame(each.path, path));
	if (below !== undefined && isObject(value))
		return setTable(text, path, value, below, file);
	if (pair !== undefined) {
		const { getStaticTOMLValue } = await import("toml-eslint-parser");
		const old = getStaticTOMLValue(pair.node.value);
		return isDeepStrictEqual(old, value)
			? text
			: replaceValue(text, pair, value);
	}
	const free = await remove(text, path, file);
	return addKey(free, await readOutline(free, file.shown), path, value, file);
}

async function setTable(
	text: string,
	path: readonly string[],
	value: { [key: string]: Json },
	standing: ReadonlySet<string>,
	file: File,
): Promise<string> {
	let edited = text;
	for (const name of standing)
		if (!Object.hasOwn(value, name))
			edited = await remove(edited, [...path, name], file);
	for (const [name, each] of Object.entries(value))
		edited = await set(edited, [...path, name], each, file);
	const outline = await readOutline(edited, file.shown);
	// A table that only its keys have made is gone with the last of them.
	return namesBelow(outline, path) === undefined
		? addKey(edited, outline, path, value, file)
		: edited;
}

/** The names that stand in the table at `path`, or undefined where there is no table. */
function namesBelow(
	{ pairs, headers }: Outline,
	path: KeyPath,
): Set<string> | undefined {
	const names = new Set<string>();
	let isTable = false;
	for (const { path: each, node } of [...pairs, ...headers]) {
		if (!startsWith(each, path)) continue;
		const name = each[path.length];
		// [[path]]: a list.
		if (typeof name === "number") return undefined;
		if (name !== undefined) names.add(name);
		if (name !== undefined || node.type === "TOMLTable") isTable = true;
		else if (node.value.type === "TOMLInlineTable") isTable = true;
	}
	return isTable ? names : undefined;
}
