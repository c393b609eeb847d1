import { isUtf8 } from "node:buffer";
import { parseDocument, SyntaxMistake } from "./document.ts";
import type { ReadFile } from "./places.ts";
import { type FileReading, readDocument } from "./read-document.ts";
import type { Schema } from "./schema.ts";

/** Reads a file's bytes: TOML is UTF-8, with or without a byte order mark. */
export async function readBytes(
	file: Omit<ReadFile, "text">,
	bytes: Uint8Array,
	schema: Schema,
): Promise<FileReading> {
	const text = new TextDecoder().decode(bytes);
	if (isUtf8(bytes)) return readText({ ...file, text }, schema);
	const before = text.slice(0, text.indexOf("\ufffd"));
	const line = before.split("\n").length;
	return refused({ ...file, text }, "this is not UTF-8 text", { line });
}

/** Reads a file's text. What is no TOML is one problem; the parser stops there. */
export async function readText(
	file: ReadFile,
	schema: Schema,
): Promise<FileReading> {
	try {
		return readDocument(file, await parseDocument(file.text), schema);
	} catch (error) {
		if (!(error instanceof SyntaxMistake)) throw error;
		const { line, column } = error;
		return refused(file, `not valid TOML: ${error.message}`, { line, column });
	}
}

function refused(
	file: ReadFile,
	text: string,
	stopped: { line: number; column?: number },
): FileReading {
	return {
		stated: new Map(),
		mistakes: [{ place: { kind: "file", file, at: [] }, text, ...stopped }],
		notes: [],
	};
}
