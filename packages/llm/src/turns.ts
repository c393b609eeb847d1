import type { Json } from "@llorch/core";

/** One request and its answer as llm logged them: a call has several when the model used tools. */
export type LlmTurn = {
	/** llm's id of the response, a ULID. */
	id: string;
	conversationId: string | null;
	model: string;
	/** The model that really answered, where the provider says so. */
	resolvedModel: string | null;
	inputTokens: number | null;
	outputTokens: number | null;
	tokenDetails: Json;
	/** Milliseconds, by llm's own clock: without its start-up. */
	durationMs: number | null;
	/** Why the model stopped, in the provider's word: `stop`, `length`, `end_turn`, … */
	finishReason: string | null;
	/** The answer was cut off: by a token limit, or because the stream ended without saying why. null: cannot be told. */
	truncated: boolean | null;
};

/** A row of llm's log, from the table `turns` (llm 0.36) or `responses` (older ones). */
export type LlmLogRow = {
	id: string;
	conversation_id: string | null;
	model: string;
	resolved_model: string | null;
	input_tokens: number | null;
	output_tokens: number | null;
	token_details: string | null;
	duration_ms: number | null;
	response_json: string | null;
};

/** Reads what a row of llm's log says about one request. */
export function readLlmTurn(row: LlmLogRow): LlmTurn {
	const payload = parseObject(row.response_json);
	return {
		id: row.id,
		conversationId: row.conversation_id,
		model: row.model,
		resolvedModel: row.resolved_model ?? text(payload?.model) ?? null,
		inputTokens: row.input_tokens,
		outputTokens: row.output_tokens,
		tokenDetails: parseObject(row.token_details) ?? null,
		durationMs: row.duration_ms,
		...readFinish(payload),
	};
}

/** What several requests of one call add up to. Throws nothing; `turns` may not be empty. */
export type LlmUsage = {
	inputTokens: number | null;
	outputTokens: number | null;
};

/** The tokens of all requests of a call; null where none of them said. */
export function sumUsage(turns: readonly LlmTurn[]): LlmUsage {
	const sum = (pick: (turn: LlmTurn) => number | null) => {
		const known = turns.map(pick).filter((count) => count !== null);
		return known.length === 0 ? null : known.reduce((a, b) => a + b, 0);
	};
	return {
		inputTokens: sum((turn) => turn.inputTokens),
		outputTokens: sum((turn) => turn.outputTokens),
	};
}

// OpenAI chat and Ollama say "length", Anthropic "max_tokens" (or the context window), Gemini "MAX_TOKENS", OpenAI
// responses "max_output_tokens".
const CUT_OFF = new Set([
	"length",
	"max_tokens",
	"max_output_tokens",
	"model_context_window_exceeded",
]);

function readFinish(
	payload: JsonObject | undefined,
): Pick<LlmTurn, "finishReason" | "truncated"> {
	if (payload === undefined) return { finishReason: null, truncated: null };
	const reason =
		text(payload.finish_reason) ??
		text(first(payload.choices)?.finish_reason) ??
		text(payload.stop_reason) ??
		text(first(payload.candidates)?.finishReason) ??
		text(payload.done_reason) ??
		text(object(payload.incomplete_details)?.reason);
	if (reason !== undefined)
		return {
			finishReason: reason,
			truncated: CUT_OFF.has(reason.toLowerCase()),
		};
	// A stream of OpenAI's chat format that ends without a reason was cut; llm drops the empty key and exits with 0.
	if (text(payload.object)?.startsWith("chat.completion"))
		return { finishReason: null, truncated: true };
	if (payload.object === "response" && payload.status === "completed")
		return { finishReason: "completed", truncated: false };
	return { finishReason: null, truncated: null };
}

type JsonObject = { [key: string]: Json };

function parseObject(json: string | null): JsonObject | undefined {
	if (json === null) return undefined;
	try {
		return object(JSON.parse(json) as Json);
	} catch {
		return undefined;
	}
}

function object(value: Json | undefined): JsonObject | undefined {
	return typeof value === "object" && value !== null && !Array.isArray(value)
		? value
		: undefined;
}

function first(value: Json | undefined): JsonObject | undefined {
	return Array.isArray(value) ? object(value[0]) : undefined;
}

function text(value: Json | undefined): string | undefined {
	return typeof value === "string" ? value : undefined;
}
