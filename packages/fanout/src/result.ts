import type { ErrorInfo } from "@llorch/core";
import type { FanoutAnswer } from "./answer.ts";

/** How a run ended. */
export type FanoutResult = {
	/** The run's folder. */
	folder: string;
	ok: number;
	failed: number;
	skipped: number;
	interrupted: boolean;
	/** Requests added to llm's log; null when the run was not to be logged, or it could not be (a note says so). */
	logged: number | null;
	answers: readonly FanoutSummary[];
};

/** One line of a run's summary: an answer without what is long. */
export type FanoutSummary = Pick<
	FanoutAnswer,
	"id" | "label" | "model" | "status" | "duration_ms"
> & {
	attempts: number;
	input_tokens: number | null;
	output_tokens: number | null;
	truncated: boolean | null;
	error?: ErrorInfo;
};

/** What of an answer stands in the summary. */
export function summarize(answer: FanoutAnswer): FanoutSummary {
	const { id, label, model, status, duration_ms, meta, error } = answer;
	return {
		id,
		label,
		model,
		status,
		duration_ms,
		attempts: meta.attempts,
		input_tokens: meta.input_tokens,
		output_tokens: meta.output_tokens,
		truncated: meta.truncated,
		...(error === undefined ? {} : { error }),
	};
}
