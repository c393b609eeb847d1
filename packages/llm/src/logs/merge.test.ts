import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { mergeTables, missingInMain } from "./merge.ts";

// The shapes that llm's tables have, small: named by text, by a hash, by a number alone, and joined in pairs.
const SCHEMA = `
CREATE TABLE notes (id INTEGER PRIMARY KEY, hash TEXT, text TEXT);
CREATE UNIQUE INDEX notes_hash ON notes (hash);
CREATE TABLE tools (id INTEGER PRIMARY KEY, name TEXT, plugin TEXT);
CREATE TABLE turns (id TEXT PRIMARY KEY, parent TEXT REFERENCES turns(id), note INTEGER REFERENCES notes(id));
CREATE TABLE calls (id INTEGER PRIMARY KEY, turn TEXT REFERENCES turns(id), tool INTEGER REFERENCES tools(id));
CREATE TABLE uses (turn TEXT REFERENCES turns(id), call INTEGER REFERENCES calls(id), PRIMARY KEY (turn, call));
CREATE VIRTUAL TABLE notes_fts USING fts5(text, content=notes, content_rowid=id);
CREATE TRIGGER notes_ai AFTER INSERT ON notes BEGIN INSERT INTO notes_fts (rowid, text) VALUES (new.id, new.text); END;
CREATE TABLE _llm_migrations (name TEXT PRIMARY KEY);
`;

let db: DatabaseSync;
beforeEach(() => {
	db = new DatabaseSync(":memory:");
	db.exec(SCHEMA);
	db.exec("ATTACH ':memory:' AS one");
	db.exec(SCHEMA.replaceAll(/(TABLE|INDEX|TRIGGER) (?=\w)/g, "$1 one."));
});
afterEach(() => db.close());

const rows = (sql: string) =>
	db
		.prepare(sql)
		.all()
		.map((row) => Object.values(row));

function merge() {
	db.exec("BEGIN");
	mergeTables(db, "one");
	db.exec("COMMIT");
}

describe("mergeTables", () => {
	it("gives numbered rows new numbers, and tells all that refer to them", () => {
		db.exec(`
			INSERT INTO notes VALUES (1, 'h1', 'here'), (2, 'h2', 'both');
			INSERT INTO tools VALUES (1, 'clock', 'a'), (2, 'search', NULL);
			INSERT INTO one.notes VALUES (1, 'h2', 'both'), (2, 'h3', 'there');
			INSERT INTO one.tools VALUES (1, 'search', NULL), (2, 'weather', 'b');
			INSERT INTO one.turns VALUES ('t2', 't1', 2), ('t1', NULL, 1);
			INSERT INTO one.calls VALUES (1, 't1', 1), (2, 't2', 2), (3, 't2', 2);
			INSERT INTO one.uses VALUES ('t1', 1), ('t2', 3);
			INSERT INTO one._llm_migrations VALUES ('m1');`);
		merge();
		expect(rows("SELECT * FROM notes")).toEqual([
			[1, "h1", "here"],
			[2, "h2", "both"],
			[3, "h3", "there"],
		]);
		expect(rows("SELECT * FROM tools")).toEqual([
			[1, "clock", "a"],
			[2, "search", null],
			[3, "weather", "b"],
		]);
		expect(rows("SELECT * FROM turns ORDER BY id")).toEqual([
			["t1", null, 2],
			["t2", "t1", 3],
		]);
		expect(rows("SELECT * FROM calls")).toEqual([
			[1, "t1", 2],
			[2, "t2", 3],
			[3, "t2", 3],
		]);
		expect(rows("SELECT * FROM uses")).toEqual([
			["t1", 1],
			["t2", 3],
		]);
		expect(rows("SELECT * FROM _llm_migrations")).toEqual([]);
		expect(rows("PRAGMA foreign_key_check")).toEqual([]);
	});

	it("keeps the search index, by the database's own triggers", () => {
		db.exec("INSERT INTO one.notes VALUES (1, 'h1', 'a needle in hay')");
		merge();
		expect(
			rows("SELECT rowid FROM notes_fts WHERE notes_fts MATCH 'needle'"),
		).toEqual([[1]]);
	});

	it("takes nothing along when the caller takes it back", () => {
		db.exec("INSERT INTO one.turns VALUES ('t1', NULL, NULL)");
		db.exec("BEGIN");
		mergeTables(db, "one");
		db.exec("ROLLBACK");
		expect(rows("SELECT * FROM turns")).toEqual([]);
		merge();
		expect(rows("SELECT id FROM turns")).toEqual([["t1"]]);
	});

	it("leaves a table alone that the target does not have", () => {
		db.exec("CREATE TABLE one.extra (id TEXT PRIMARY KEY)");
		db.exec("INSERT INTO one.turns VALUES ('t1', NULL, NULL)");
		merge();
		expect(rows("SELECT id FROM turns")).toEqual([["t1"]]);
	});
});

it("missingInMain names tables and columns that are newer", () => {
	expect(missingInMain(db, "one")).toEqual([]);
	db.exec("CREATE TABLE one.extra (id TEXT PRIMARY KEY)");
	db.exec("ALTER TABLE one.turns ADD COLUMN mood TEXT");
	expect(missingInMain(db, "one").sort()).toEqual(["extra", "turns.mood"]);
});
