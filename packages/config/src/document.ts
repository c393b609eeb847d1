/** A value as TOML has it. (Times without a date are `Date`s too: smol-toml's own class, whose `toISOString` is their text.) */
export type TomlValue =
	| string
	| number
	| boolean
	| Date
	| TomlValue[]
	| TomlTable;

export type TomlTable = { [key: string]: TomlValue };

/** Thrown by `parseDocument`. `line` and `column` count from 1. */
export class SyntaxMistake extends Error {
	readonly line: number;
	readonly column: number;

	constructor(message: string, line: number, column: number) {
		super(message);
		this.line = line;
		this.column = column;
	}
}

/** The document's data, without positions: those cost a second parser, loaded only when somebody asks (`readPositions`). */
export async function parseDocument(text: string): Promise<TomlTable> {
	const { parse, TomlError } = await import("smol-toml");
	try {
		return parse(text) as TomlTable;
	} catch (error) {
		if (!(error instanceof TomlError)) throw error;
		// The rest of the message is a picture of the line.
		const [what = ""] = error.message.split("\n");
		throw new SyntaxMistake(
			what.replace("Invalid TOML document: ", ""),
			error.line,
			error.column,
		);
	}
}

/** True for `[table]`, `{ inline = "table" }` and what dotted keys make. */
export function isTable(value: unknown): value is TomlTable {
	return (
		typeof value === "object" &&
		value !== null &&
		!Array.isArray(value) &&
		!(value instanceof Date)
	);
}
