import type { DatabaseSync } from "node:sqlite";
import { quoteName } from "./sqlite.ts";

/** One ordinary table of a database: what is needed to carry its rows into another one. */
export type Table = {
	name: string;
	columns: readonly string[];
	/** The column that numbers the rows of this file only (an integer primary key), so that other files number theirs the same. */
	number?: string;
	/** Columns that together name a row in every file, for a table with a `number`. */
	unique?: readonly string[];
	/** Column → the table whose rows it names. */
	references: ReadonlyMap<string, string>;
};

// llm's own bookkeeping, and SQLite's.
const NOT_DATA = /^(?:_llm_migrations|sqlite_.*)$/;

/** The ordinary tables of the attached database `schema`, each after the tables it refers to. */
export function readTables(db: DatabaseSync, schema: string): Table[] {
	const names = rows(db, `PRAGMA ${quoteName(schema)}.table_list`)
		.filter(
			(row) =>
				row.schema === schema &&
				row.type === "table" &&
				!NOT_DATA.test(String(row.name)),
		)
		.map((row) => String(row.name));
	return inOrder(names.map((name) => readTable(db, schema, name)));
}

function readTable(db: DatabaseSync, schema: string, name: string): Table {
	const pragma = (what: string, of: string) =>
		rows(db, `PRAGMA ${quoteName(schema)}.${what}(${quoteName(of)})`);
	const columns = pragma("table_info", name);
	const keys = columns.filter((column) => column.pk !== 0);
	const [key] = keys;
	const isNumber =
		keys.length === 1 && String(key?.type).toUpperCase() === "INTEGER";
	const unique = pragma("index_list", name).find(
		(index) => index.unique === 1 && index.origin !== "pk",
	);
	return {
		name,
		columns: columns.map((column) => String(column.name)),
		...(isNumber ? { number: String(key?.name) } : {}),
		...(unique === undefined
			? {}
			: {
					unique: pragma("index_info", String(unique.name)).map((column) =>
						String(column.name),
					),
				}),
		references: new Map(
			pragma("foreign_key_list", name).map((reference) => [
				String(reference.from),
				String(reference.table),
			]),
		),
	};
}

function rows(db: DatabaseSync, sql: string) {
	return db.prepare(sql).all();
}

/** A table that refers to itself (a message to its parent) counts as not doing so: constraints are checked at the end. */
function inOrder(tables: readonly Table[]): Table[] {
	const byName = new Map(tables.map((table) => [table.name, table]));
	const ordered = new Set<Table>();
	const visit = (table: Table, path: readonly Table[]) => {
		if (ordered.has(table) || path.includes(table)) return;
		for (const target of table.references.values()) {
			const next = byName.get(target);
			if (next !== undefined) visit(next, [...path, table]);
		}
		ordered.add(table);
	};
	for (const table of tables) visit(table, []);
	return [...ordered];
}
