import type { DatabaseSync } from "node:sqlite";
import { quoteName as quote, withDatabase } from "./sqlite.ts";

// What llm looks up by name in its log database: `-f ALIAS`, `--schema ID`.
const LOOKED_UP = ["fragments", "fragment_aliases", "schemas"];

/**
 * Writes `target`: an empty log database with the tables of `database`, for calls to start from. Copying it costs a
 * call nothing, whereas migrating an empty file costs a third of a call (and makes concurrent calls fail when they share it).
 * @param looksUp with the stored fragments and schemas, for words that name one
 */
export async function writeTemplate(
	database: string,
	target: string,
	{ looksUp }: { looksUp: boolean },
): Promise<void> {
	await withDatabase(target, {}, (db) => {
		db.exec("PRAGMA synchronous = OFF");
		db.prepare("ATTACH ? AS source").run(database);
		db.exec("BEGIN");
		for (const sql of readStatements(db)) db.exec(sql);
		for (const table of ["_llm_migrations", ...(looksUp ? LOOKED_UP : [])])
			if (isTable(db, table))
				db.exec(
					`INSERT INTO main.${quote(table)} SELECT * FROM source.${quote(table)}`,
				);
		db.exec("COMMIT");
	});
}

/** The statements that made the source, tables before what stands on them. The tables behind a search index make themselves. */
function readStatements(db: DatabaseSync): string[] {
	const shadows = new Set(
		db
			.prepare("PRAGMA source.table_list")
			.all()
			.filter((row) => row.type === "shadow")
			.map((row) => row.name),
	);
	const order = ["table", "index", "view", "trigger"];
	return db
		.prepare(
			"SELECT type, name, sql FROM source.sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid",
		)
		.all()
		.filter((row) => !shadows.has(row.name ?? null))
		.sort(
			(a, b) => order.indexOf(String(a.type)) - order.indexOf(String(b.type)),
		)
		.map((row) => String(row.sql));
}

function isTable(db: DatabaseSync, name: string): boolean {
	return (
		db
			.prepare(
				"SELECT 1 FROM source.sqlite_master WHERE type = 'table' AND name = ?",
			)
			.get(name) !== undefined
	);
}
