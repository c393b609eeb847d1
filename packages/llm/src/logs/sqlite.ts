import type { DatabaseSync } from "node:sqlite";
import { type Clock, LlorchError } from "@llorch/core";

// The runtime's own SQLite (Node from 22.13, Bun from 1.4): it is loaded with the first database.
const load = () => import("node:sqlite");

/** Opens a database, hands it to `use`, and closes it whatever happens. Never waits for a lock: see `whileLocked`. */
export async function withDatabase<T>(
	path: string,
	options: { readOnly?: boolean },
	use: (db: DatabaseSync) => T,
): Promise<T> {
	const { DatabaseSync } = await load();
	const db = new DatabaseSync(path, options);
	try {
		return use(db);
	} finally {
		db.close();
	}
}

export type Patience = {
	clock: Clock;
	signal?: AbortSignal;
	/** Milliseconds until we give up; 10 seconds by default. */
	patienceMs?: number;
};

/**
 * Tries again while another program holds the database. (SQLite's own busy timeout would block the whole process, and
 * with it Ctrl-C and every running call.)
 * @throws LLORCH_LLM_LOGS_UNUSABLE when it stays locked, or cannot be used at all
 */
export async function whileLocked<T>(
	path: string,
	{ clock, signal, patienceMs = 10_000 }: Patience,
	attempt: () => Promise<T>,
): Promise<T> {
	const deadline = clock.now() + patienceMs;
	for (let wait = 10; ; wait = Math.min(wait * 2, 500)) {
		try {
			return await attempt();
		} catch (error) {
			if (!isSqlite(error)) throw error;
			if (!isLocked(error) || clock.now() + wait > deadline)
				throw new LlorchError(
					"LLORCH_LLM_LOGS_UNUSABLE",
					`llm's log database ${path} could not be used: ${error.message}`,
					{ cause: error, details: { path } },
				);
			await clock.sleep(wait, signal);
		}
	}
}

type SqliteError = Error & { code: "ERR_SQLITE_ERROR"; errcode: number };

function isSqlite(error: unknown): error is SqliteError {
	return (
		error instanceof Error &&
		"code" in error &&
		error.code === "ERR_SQLITE_ERROR"
	);
}

// SQLITE_BUSY is 5 and SQLITE_LOCKED 6; the upper bits say more (https://sqlite.org/rescode.html).
function isLocked(error: SqliteError): boolean {
	const primary = error.errcode & 0xff;
	return primary === 5 || primary === 6;
}

/** A name as it may stand in SQL. */
export function quoteName(name: string): string {
	return `"${name.replaceAll('"', '""')}"`;
}
