import { LlorchError } from "@llorch/core";
import type { AST } from "toml-eslint-parser";
import { formatKeyPath, type KeyPath } from "./key-path.ts";
import { keyName } from "./positions.ts";

/** `key = value`, at its full path. `base` is the path of the table or inline table it is written in. */
export type Pair = {
	path: KeyPath;
	base: KeyPath;
	node: AST.TOMLKeyValue;
	/** The braces it is written in, if any. */
	braces?: AST.TOMLInlineTable;
};

/** `[table]`, or `[[table]]` with its place in the list as the path's last part. */
type Header = { path: KeyPath; node: AST.TOMLTable };

/** A document as its pairs and headers, in the order they are written. Pairs inside lists are left out: nothing edits them. */
export type Outline = { pairs: Pair[]; headers: Header[] };

/** Throws LLORCH_CONFIG_INVALID for text that is no TOML. `shown` names the file. */
export async function readOutline(
	text: string,
	shown: string,
): Promise<Outline> {
	const { parseTOML, ParseError } = await import("toml-eslint-parser");
	try {
		const outline: Outline = { pairs: [], headers: [] };
		const program = parseTOML(text, { tomlVersion: "1.1" });
		collect(outline, program.body[0].body, []);
		return outline;
	} catch (error) {
		if (!(error instanceof ParseError)) throw error;
		throw new LlorchError(
			"LLORCH_CONFIG_INVALID",
			`${shown}:${error.lineNumber}: not valid TOML: ${error.message}`,
			{ hint: "Correct it first: a file that cannot be read is not changed." },
		);
	}
}

/** True where `path` is `prefix` or below it. */
export function startsWith(path: KeyPath, prefix: KeyPath): boolean {
	return prefix.every((part, index) => path[index] === part);
}

export function isSame(left: KeyPath, right: KeyPath): boolean {
	return left.length === right.length && startsWith(left, right);
}

/** The failure where a path leads through something that is no table. */
export function notEditable(
	shown: string,
	path: KeyPath,
	what: KeyPath,
): LlorchError {
	return new LlorchError(
		"LLORCH_CONFIG_NOT_EDITABLE",
		`${shown}: ${formatKeyPath(path)} cannot be set, because ${formatKeyPath(what)} is not a table`,
		{ hint: "Change the file by hand." },
	);
}

function collect(
	outline: Outline,
	nodes: readonly (AST.TOMLKeyValue | AST.TOMLTable)[],
	base: KeyPath,
	braces?: AST.TOMLInlineTable,
): void {
	for (const node of nodes) {
		if (node.type === "TOMLTable") {
			outline.headers.push({ path: node.resolvedKey, node });
			collect(outline, node.body, node.resolvedKey);
			continue;
		}
		const path = [...base, ...node.key.keys.map(keyName)];
		outline.pairs.push({ path, base, node, ...(braces ? { braces } : {}) });
		if (node.value.type === "TOMLInlineTable")
			collect(outline, node.value.body, path, node.value);
	}
}
