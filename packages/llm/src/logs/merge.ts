import type { DatabaseSync } from "node:sqlite";
import { readTables, type Table } from "./schema.ts";
import { quoteName as quote } from "./sqlite.ts";

/**
 * Carries every row of the attached database `source` into `main`, inside the caller's transaction.
 *
 * Works from the schema and not from a list of llm's tables, so that it holds for versions with other tables too. Rows
 * that are named by what they are (ids, hashes) are added unless they are there. Rows that are only numbered get new
 * numbers, and whatever refers to them is told so. Search indexes follow by llm's own triggers.
 */
export function mergeTables(db: DatabaseSync, source: string): void {
	db.exec("PRAGMA defer_foreign_keys = ON");
	const targets = new Map(
		readTables(db, "main").map((table) => [table.name, table]),
	);
	const numbered = new Set<string>();
	for (const table of readTables(db, source)) {
		const target = targets.get(table.name);
		if (target !== undefined) mergeTable(db, source, target, table, numbered);
	}
	for (const name of numbered) db.exec(`DROP TABLE temp.${numbers(name)}`);
}

/** Names of the tables and columns that `source` has and `main` lacks: llm must bring `main` up to date first. */
export function missingInMain(db: DatabaseSync, source: string): string[] {
	const targets = new Map(
		readTables(db, "main").map((table) => [table.name, table]),
	);
	return readTables(db, source).flatMap((table) => {
		const target = targets.get(table.name);
		if (target === undefined) return [table.name];
		return table.columns
			.filter((column) => !target.columns.includes(column))
			.map((column) => `${table.name}.${column}`);
	});
}

function mergeTable(
	db: DatabaseSync,
	source: string,
	target: Table,
	table: Table,
	numbered: Set<string>,
): void {
	const columns = table.columns.filter((column) => column !== table.number);
	const value = (column: string) => {
		const refers = table.references.get(column);
		return refers !== undefined && numbered.has(refers)
			? `(SELECT new FROM temp.${numbers(refers)} WHERE old = s.${quote(column)})`
			: `s.${quote(column)}`;
	};
	const names = columns.map(quote).join(", ");
	const values = columns.map(value).join(", ");
	const from = `${quote(source)}.${quote(table.name)} AS s`;
	const into = `main.${quote(table.name)} (${names})`;
	if (table.number === undefined) {
		db.exec(`INSERT OR IGNORE INTO ${into} SELECT ${values} FROM ${from}`);
		return;
	}
	const number = quote(table.number);
	db.exec(`CREATE TEMP TABLE ${numbers(table.name)} (old PRIMARY KEY, new)`);
	numbered.add(table.name);
	const before = highest(db, table);
	const { unique } = target;
	if (unique !== undefined) {
		db.exec(
			`INSERT OR IGNORE INTO ${into} SELECT ${values} FROM ${from} ORDER BY s.${number}`,
		);
		const same = unique
			.map((column) => `t.${quote(column)} IS ${value(column)}`)
			.join(" AND ");
		db.exec(
			`INSERT INTO temp.${numbers(table.name)} SELECT s.${number}, t.${number}
			 FROM ${from} JOIN main.${quote(table.name)} AS t ON ${same}`,
		);
	} else {
		mergeUnnamed(db, table, { columns, value, from, into, values });
	}
	if (table.name === "parts") renumberFragments(db, before, numbered);
}

/** Rows with nothing but a number to name them: one that stands for a thing (it refers to nothing) is used again, a part of something is added. */
function mergeUnnamed(
	db: DatabaseSync,
	table: Table,
	sql: {
		columns: readonly string[];
		value: (column: string) => string;
		from: string;
		into: string;
		values: string;
	},
): void {
	const number = quote(table.number ?? "");
	const same = sql.columns
		.map((column) => `t.${quote(column)} IS ${sql.value(column)}`)
		.join(" AND ");
	const find = db.prepare(
		`SELECT t.${number} AS number FROM main.${quote(table.name)} AS t, ${sql.from} WHERE s.${number} = ? AND ${same} LIMIT 1`,
	);
	const add = db.prepare(
		`INSERT INTO ${sql.into} SELECT ${sql.values} FROM ${sql.from} WHERE s.${number} = ?`,
	);
	const remember = db.prepare(
		`INSERT INTO temp.${numbers(table.name)} VALUES (?, ?)`,
	);
	const isThing = table.references.size === 0;
	for (const { old } of db
		.prepare(`SELECT s.${number} AS old FROM ${sql.from} ORDER BY 1`)
		.all()) {
		const found = isThing ? find.get(old ?? null) : undefined;
		const now = found?.number ?? add.run(old ?? null).lastInsertRowid;
		remember.run(old ?? null, now);
	}
}

/** llm keeps the numbers of fragments inside the JSON of a message's part as well, where no foreign key says so. */
function renumberFragments(
	db: DatabaseSync,
	before: number,
	numbered: ReadonlySet<string>,
): void {
	if (!numbered.has("fragments")) return;
	const renumber = db.prepare(
		`SELECT new FROM temp.${numbers("fragments")} WHERE old = ?`,
	);
	const update = db.prepare("UPDATE main.parts SET payload = ? WHERE id = ?");
	const parts = db
		.prepare(
			`SELECT id, payload FROM main.parts WHERE id > ? AND payload LIKE '%"text_ref"%'`,
		)
		.all(before);
	for (const { id, payload } of parts) {
		const part = JSON.parse(String(payload)) as {
			text_ref?: { fragment?: number }[];
		};
		for (const piece of part.text_ref ?? [])
			if (piece.fragment !== undefined)
				piece.fragment = Number(renumber.get(piece.fragment)?.new);
		update.run(JSON.stringify(part), id ?? null);
	}
}

function highest(db: DatabaseSync, table: Table): number {
	const row = db
		.prepare(
			`SELECT max(${quote(table.number ?? "")}) AS highest FROM main.${quote(table.name)}`,
		)
		.get();
	return Number(row?.highest ?? 0);
}

/** The temporary table that says which number of `source` became which of `main`. */
function numbers(table: string): string {
	return quote(`numbers of ${table}`);
}
