import type { Json } from "@llorch/core";
import type { AST } from "toml-eslint-parser";
import {
	commentsAbove,
	insertLines,
	type LineEnding,
	lineStart,
	nextLine,
} from "./edit-lines.ts";
import {
	isSame,
	notEditable,
	type Outline,
	type Pair,
	startsWith,
} from "./edit-outline.ts";
import { formatKey, type KeyPath } from "./key-path.ts";
import { formatTomlValue } from "./toml-value.ts";

/** The text with the value of an existing pair replaced. */
export function replaceValue(
	text: string,
	{ node }: Pair,
	value: Json,
): string {
	const [start, end] = node.value.range;
	return text.slice(0, start) + formatTomlValue(value) + text.slice(end);
}

/**
 * The text with a key added whose path does not exist yet: in the table or inline table it belongs to, or in a new
 * table at the end. Throws LLORCH_CONFIG_NOT_EDITABLE where something on the way is no table.
 */
export function addKey(
	text: string,
	outline: Outline,
	path: readonly string[],
	value: Json,
	{ shown, ending }: { shown: string; ending: LineEnding },
): string {
	const { pairs, headers } = outline;
	for (let length = path.length - 1; length > 0; length--) {
		const above = path.slice(0, length);
		const pair = pairs.find((each) => isSame(each.path, above));
		if (pair?.node.value.type === "TOMLInlineTable")
			return addInBraces(text, pair.node.value, path.slice(length), value);
		if (pair !== undefined || isList(outline, above))
			throw notEditable(shown, path, above);
		// What dotted keys have begun, TOML lets only dotted keys beside them go on with.
		const dotted = pairs.findLast(
			({ path: each, base }) =>
				base.length < length && startsWith(each, above) && !isSame(each, above),
		);
		if (dotted !== undefined)
			return addBeside(text, dotted, path, value, ending);
		const header = headers.find((each) => isSame(each.path, above));
		if (header === undefined) continue;
		if (length < path.length - 1 || isObject(value)) break;
		return addAfter(
			text,
			header.node.body.at(-1) ?? header.node.key,
			formatPair(path.slice(length), value),
			ending,
		);
	}
	if (path.length === 1 && !isObject(value))
		return addAtTop(text, outline, formatPair(path, value), ending);
	return addTable(text, path, value, ending);
}

export function isObject(value: Json): value is { [key: string]: Json } {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isList({ headers }: Outline, path: KeyPath): boolean {
	return headers.some(
		({ path: each }) =>
			startsWith(each, path) && typeof each[path.length] === "number",
	);
}

function formatPair(path: readonly string[], value: Json): string {
	return `${formatDotted(path)} = ${formatTomlValue(value)}`;
}

// Not `formatKeyPath`, which is for messages and hides what looks like a secret.
function formatDotted(path: readonly string[]): string {
	return path.map(formatKey).join(".");
}

/** On a new line below the one that `node` ends on, indented as that one is. */
function addAfter(
	text: string,
	node: AST.HasLocs,
	pair: string,
	ending: LineEnding,
): string {
	const [start, end] = node.range;
	const before = text.slice(lineStart(text, start), start);
	const indent = before.slice(0, before.search(/[^ \t]|$/));
	return insertLines(text, nextLine(text, end), [`${indent}${pair}`], ending);
}

function addBeside(
	text: string,
	{ node, base, braces }: Pair,
	path: readonly string[],
	value: Json,
	ending: LineEnding,
): string {
	const pair = formatPair(path.slice(base.length), value);
	if (braces === undefined) return addAfter(text, node, pair, ending);
	return insertAt(text, node.range[1], `, ${pair}`);
}

function addInBraces(
	text: string,
	braces: AST.TOMLInlineTable,
	path: readonly string[],
	value: Json,
): string {
	const pair = formatPair(path, value);
	const last = braces.body.at(-1);
	// In empty braces there may be a comment, so the first pair follows the opening one.
	return last === undefined
		? insertAt(text, braces.range[0] + 1, ` ${pair} `)
		: insertAt(text, last.range[1], `, ${pair}`);
}

function insertAt(text: string, index: number, inserted: string): string {
	return text.slice(0, index) + inserted + text.slice(index);
}

/** Above the first table, with the other keys that belong to none. */
function addAtTop(
	text: string,
	{ pairs, headers }: Outline,
	pair: string,
	ending: LineEnding,
): string {
	const last = pairs.findLast(
		({ base, braces }) => base.length === 0 && braces === undefined,
	);
	if (last !== undefined) return addAfter(text, last.node, pair, ending);
	const [first] = headers;
	if (first === undefined)
		return insertLines(text, text.length, [pair], ending);
	const start = lineStart(text, first.node.range[0]);
	return insertLines(text, commentsAbove(text, start), [pair, ""], ending);
}

function addTable(
	text: string,
	path: readonly string[],
	value: Json,
	ending: LineEnding,
): string {
	const table = isObject(value) ? path : path.slice(0, -1);
	const pairs = isObject(value)
		? Object.entries(value).map(([key, each]) => formatPair([key], each))
		: [formatPair(path.slice(-1), value)];
	const isFirst = text.trim() === "";
	const gap = isFirst || /\n[ \t]*\r?\n$/.test(text) ? [] : [""];
	const lines = [...gap, `[${formatDotted(table)}]`, ...pairs];
	return insertLines(text, text.length, lines, ending);
}
