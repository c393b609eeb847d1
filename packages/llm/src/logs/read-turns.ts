import { type LlmLogRow, type LlmTurn, readLlmTurn } from "../turns.ts";
import { withDatabase } from "./sqlite.ts";

// llm 0.36 writes turns; older versions wrote responses, with the same columns under one other name.
const TABLES = [
	{ table: "turns", conversation: "thread_id" },
	{ table: "responses", conversation: "conversation_id" },
] as const;

const COLUMNS = [
	"id",
	"model",
	"resolved_model",
	"input_tokens",
	"output_tokens",
	"token_details",
	"duration_ms",
	"response_json",
];

/** The requests that one call logged to its own database, oldest first; none when it ended before it logged. */
export function readTurns(database: string): Promise<LlmTurn[]> {
	return withDatabase(database, { readOnly: true }, (db) => {
		for (const { table, conversation } of TABLES) {
			const has = new Set(
				db
					.prepare(`PRAGMA table_info(${table})`)
					.all()
					.map((column) => column.name),
			);
			if (has.size === 0) continue;
			const columns = COLUMNS.map((name) =>
				has.has(name) ? name : `NULL AS ${name}`,
			);
			const rows = db
				.prepare(
					`SELECT ${columns.join(", ")}, ${conversation} AS conversation_id FROM ${table} ORDER BY id`,
				)
				.all() as LlmLogRow[];
			if (rows.length > 0) return rows.map(readLlmTurn);
		}
		return [];
	});
}
