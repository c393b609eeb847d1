import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Cell, hasCode, type Outcome } from "@llorch/core";
import { writeFileAtomic } from "@llorch/run";
import type { FanoutAnswer } from "./answer.ts";
import { describeCell } from "./ask.ts";
import type { FanoutInput } from "./plan.ts";
import { names } from "./run-folder.ts";

/** One answer for every cell of a plan, in its order, whatever became of it; a cell without a row was not reached. */
export async function gatherAnswers(
	folder: string,
	cells: readonly Cell<FanoutInput>[],
	outcomes: readonly Outcome<FanoutAnswer>[],
): Promise<FanoutAnswer[]> {
	const byId = new Map(outcomes.map((outcome) => [outcome.id, outcome]));
	const answers: FanoutAnswer[] = [];
	for (const cell of cells)
		answers.push(await answerOf(folder, cell, byId.get(cell.id)));
	return answers;
}

/** Writes results.jsonl, whole or not at all. */
export async function writeResults(
	folder: string,
	answers: readonly FanoutAnswer[],
): Promise<void> {
	await writeFileAtomic(
		join(folder, names.results),
		answers.map((answer) => `${JSON.stringify(answer)}\n`).join(""),
	);
}

async function answerOf(
	folder: string,
	cell: Cell<FanoutInput>,
	outcome: Outcome<FanoutAnswer> | undefined,
): Promise<FanoutAnswer> {
	if (outcome?.status === "ok") return outcome.value;
	if (outcome?.status === "failed")
		return (
			outcome.partial ?? {
				...emptyAnswer(cell, outcome),
				status: "error",
				error: outcome.error,
			}
		);
	const skipped = emptyAnswer(cell, outcome);
	// A call that was stopped because another one failed is skipped, but what came of it until then was kept.
	return {
		...((await readAnswer(folder, cell.id)) ?? skipped),
		status: "skipped",
	};
}

async function readAnswer(
	folder: string,
	id: string,
): Promise<FanoutAnswer | undefined> {
	try {
		return JSON.parse(
			await readFile(join(folder, names.answers, `${id}.json`), "utf8"),
		) as FanoutAnswer;
	} catch (error) {
		if (hasCode(error, "ENOENT")) return undefined;
		throw error;
	}
}

function emptyAnswer(
	cell: Cell<FanoutInput>,
	outcome: Outcome<FanoutAnswer> | undefined,
): FanoutAnswer {
	return {
		...describeCell(cell),
		status: "skipped",
		duration_ms: outcome?.durationMs ?? 0,
		exit_code: null,
		text: "",
		meta: {
			started_at: outcome?.startedAt ?? "",
			ran_on: outcome?.ranOn ?? cell.input.host,
			attempts: outcome?.attempts ?? 0,
			input_tokens: null,
			output_tokens: null,
			token_details: null,
			model_duration_ms: null,
			resolved_model: null,
			response_id: null,
			conversation_id: null,
			responses: 0,
			finish_reason: null,
			truncated: null,
			signal: null,
		},
		command: [],
		stderr_tail: "",
	};
}
