import type { ErrorInfo, Json } from "@llorch/core";

/** How one call ended: the value of its row, a line of results.jsonl, and results/<id>.json. Fields are only ever added. */
export type FanoutAnswer = {
	id: string;
	/** What the call is called on the screen: the model's name, with what tells it from others. */
	label: string;
	model: string;
	options: string[];
	/** Digest of the prompt, which stands in the manifest. */
	prompt: string;
	repeat: number;
	host: string;
	/** `skipped`: never made, because the run was interrupted or ended at the first failure. */
	status: "ok" | "error" | "timeout" | "skipped";
	/** Milliseconds of the last attempt, llm's start-up included. */
	duration_ms: number;
	/** null when llm was ended by a signal, by a time limit, or never ran. */
	exit_code: number | null;
	/** What llm printed, without the newline it adds; of a failed call, what came until then. null: it stands in `text_file`. */
	text: string | null;
	/** Only for a large answer. */
	text_file?: TextFile;
	meta: FanoutMeta;
	/** The command line, secrets shown as `***`. */
	command: string[];
	/** The end of what llm printed on stderr, without control characters and secrets. */
	stderr_tail: string;
	error?: ErrorInfo;
};

/** A large answer in a file of its own. */
export type TextFile = {
	/** Relative to the run's folder. */
	path: string;
	bytes: number;
	/** Hex. */
	sha256: string;
};

/** What is known about a call besides its answer; null where llm did not say. */
export type FanoutMeta = {
	/** ISO 8601, UTC. */
	started_at: string;
	ran_on: string;
	/** Calls of llm until this one; llm's own retries are its own. */
	attempts: number;
	input_tokens: number | null;
	output_tokens: number | null;
	token_details: Json;
	/** Milliseconds by llm's clock, without its start-up. */
	model_duration_ms: number | null;
	/** The model that answered, as the provider names it. */
	resolved_model: string | null;
	/** llm's id of the last response: `llm logs list --id-gte …` begins there. */
	response_id: string | null;
	conversation_id: string | null;
	/** Requests that llm made for this call: more than one where the model used tools. */
	responses: number;
	finish_reason: string | null;
	/** The answer was cut off; null when that cannot be told. */
	truncated: boolean | null;
	signal: string | null;
};
