import type { DatabaseSync } from "node:sqlite";
import { type Clock, LlorchError } from "@llorch/core";
import { acquireLock } from "@llorch/run";
import type { LlmInstallation } from "../installation.ts";
import { mergeTables, missingInMain } from "./merge.ts";
import { whileLocked, withDatabase } from "./sqlite.ts";

/** How many requests were added to llm's log. */
export type Merged = { turns: number };

export type MergeContext = {
	llm: LlmInstallation;
	clock: Clock;
	signal: AbortSignal;
	patienceMs?: number;
	/** Makes llm bring its log up to date: called when a file was written by a newer llm than the log. */
	migrate: () => Promise<void>;
};

// SQLite attaches ten databases at most. A transaction for so many keeps the log locked for a few milliseconds only:
// somebody may be using llm meanwhile.
const AT_ONCE = 8;

/**
 * Adds the rows of these databases to llm's log. One llorch at a time does so; every file is added whole or not at all.
 * @throws LLORCH_LLM_LOGS_UNUSABLE, and the signal's reason
 */
export async function mergeDatabases(
	files: readonly string[],
	context: MergeContext,
): Promise<Merged> {
	const { database } = context.llm;
	const lock = await acquireLock(`${database}.llorch.lock`, {
		signal: context.signal,
		wait: true,
	});
	try {
		let turns = 0;
		for (let at = 0; at < files.length; at += AT_ONCE)
			turns += await mergeSome(files.slice(at, at + AT_ONCE), context);
		return { turns };
	} finally {
		await lock.release();
	}
}

async function mergeSome(
	files: readonly string[],
	context: MergeContext,
): Promise<number> {
	const { database } = context.llm;
	const attempt = () =>
		whileLocked(database, context, () =>
			withDatabase(database, {}, (db) => mergeInto(db, files)),
		);
	const first = await attempt();
	if (first.missing.length === 0) return first.turns;
	await context.migrate();
	const second = await attempt();
	if (second.missing.length === 0) return second.turns;
	throw new LlorchError(
		"LLORCH_LLM_LOGS_UNUSABLE",
		`llm's log database ${database} has no place for ${second.missing.join(", ")}`,
		{ details: { path: database, missing: second.missing } },
	);
}

function mergeInto(
	db: DatabaseSync,
	files: readonly string[],
): { turns: number; missing: string[] } {
	const names = files.map((_file, index) => `call${index}`);
	for (const [index, file] of files.entries())
		db.prepare(`ATTACH ? AS call${index}`).run(file);
	const missing = new Set(names.flatMap((name) => missingInMain(db, name)));
	if (missing.size > 0) return { turns: 0, missing: [...missing] };
	db.exec("BEGIN IMMEDIATE");
	let turns = 0;
	for (const name of names) {
		const added = countNew(db, name);
		// A file that was added by a run that was killed before it removed the file adds nothing.
		if (added > 0) mergeTables(db, name);
		turns += added;
	}
	db.exec("COMMIT");
	return { turns, missing: [] };
}

function countNew(db: DatabaseSync, source: string): number {
	let count = 0;
	for (const table of ["turns", "responses"]) {
		const exists = db
			.prepare(
				`SELECT 1 FROM ${source}.sqlite_master WHERE type = 'table' AND name = ?`,
			)
			.get(table);
		if (exists === undefined) continue;
		const row = db
			.prepare(
				`SELECT count(*) AS count FROM ${source}.${table} WHERE id NOT IN (SELECT id FROM main.${table})`,
			)
			.get();
		count += Number(row?.count ?? 0);
	}
	return count;
}
