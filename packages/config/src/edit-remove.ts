import type { AST } from "toml-eslint-parser";
import { commentsAbove, cutBlock, lineStart, nextLine } from "./edit-lines.ts";
import { type Outline, startsWith } from "./edit-outline.ts";
import type { KeyPath } from "./key-path.ts";

/** The text without the last thing that belongs to `path`, or undefined when nothing does (any more). */
export function removeLast(
	text: string,
	{ pairs, headers }: Outline,
	path: KeyPath,
): string | undefined {
	const header = headers.findLast((each) => startsWith(each.path, path));
	if (header !== undefined) return removeTable(text, header.node);
	const pair = pairs.findLast((each) => startsWith(each.path, path));
	if (pair === undefined) return undefined;
	const [start, end] = pair.node.range;
	return pair.braces === undefined
		? text.slice(0, lineStart(text, start)) + text.slice(nextLine(text, end))
		: removeInBraces(text, pair.braces, pair.node);
}

/** With the comments directly above the header, which speak of it. What stands after its last key stays. */
function removeTable(text: string, table: AST.TOMLTable): string {
	const start = lineStart(text, table.range[0]);
	const last = table.body.at(-1) ?? table.key;
	return cutBlock(
		text,
		commentsAbove(text, start),
		nextLine(text, last.range[1]),
	);
}

/** With the comma that divides it from its neighbour. */
function removeInBraces(
	text: string,
	{ body, range }: AST.TOMLInlineTable,
	pair: AST.TOMLKeyValue,
): string {
	const index = body.indexOf(pair);
	const before = body[index - 1];
	const after = body[index + 1];
	const cut = (start: number, end: number) =>
		text.slice(0, start) + text.slice(end);
	if (after !== undefined) return cut(pair.range[0], after.range[0]);
	if (before !== undefined) return cut(before.range[1], pair.range[1]);
	return cut(range[0] + 1, range[1] - 1);
}
