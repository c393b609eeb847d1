import type { AST } from "toml-eslint-parser";
import type { KeyPath } from "./key-path.ts";

/** Both count from 1. */
type Position = { line: number; column: number };

/** Finds where a key or a list's element begins; for one that does not stand in the text, where the nearest table above it does. */
export type Positions = (path: KeyPath) => Position | undefined;

/** Reads `text`, which must be valid TOML, once more for its positions. Loads the parser that keeps them. */
export async function readPositions(text: string): Promise<Positions> {
	const { parseTOML } = await import("toml-eslint-parser");
	const found = new Map<string, Position>();
	try {
		collect(found, parseTOML(text, { tomlVersion: "1.1" }).body[0].body, []);
	} catch {
		// The two parsers differ in a few dark corners (2024-02-30 is a date to one of them). A message without a line is
		// better than none.
	}
	return (path) => {
		for (let length = path.length; length > 0; length--) {
			const position = found.get(JSON.stringify(path.slice(0, length)));
			if (position !== undefined) return position;
		}
		return undefined;
	};
}

/** The name that a part of a key stands for, without quotes. */
export function keyName(key: AST.TOMLBare | AST.TOMLQuoted): string {
	return key.type === "TOMLBare" ? key.name : key.value;
}

type Found = Map<string, Position>;

function collect(
	found: Found,
	nodes: readonly (AST.TOMLKeyValue | AST.TOMLTable)[],
	above: KeyPath,
): void {
	for (const node of nodes) {
		if (node.type === "TOMLTable") {
			node.resolvedKey.forEach((_, index) => {
				put(found, node.resolvedKey.slice(0, index + 1), node.key);
			});
			collect(found, node.body, node.resolvedKey);
			continue;
		}
		let path = above;
		for (const key of node.key.keys) {
			path = [...path, keyName(key)];
			put(found, path, key);
		}
		collectValue(found, node.value, path);
	}
}

function collectValue(
	found: Found,
	value: AST.TOMLContentNode,
	path: KeyPath,
): void {
	if (value.type === "TOMLInlineTable") collect(found, value.body, path);
	if (value.type !== "TOMLArray") return;
	value.elements.forEach((element, index) => {
		put(found, [...path, index], element);
		collectValue(found, element, [...path, index]);
	});
}

function put(found: Found, path: KeyPath, node: AST.HasLocs): void {
	const id = JSON.stringify(path);
	const { line, column } = node.loc.start;
	if (!found.has(id)) found.set(id, { line, column: column + 1 });
}
