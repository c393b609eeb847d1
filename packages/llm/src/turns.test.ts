import type { Json } from "@llorch/core";
import { describe, expect, it } from "vitest";
import { type LlmLogRow, readLlmTurn, sumUsage } from "./turns.ts";

const row = (changes: Partial<LlmLogRow> = {}): LlmLogRow => ({
	id: "01m7yhan186pa70hasag75894v",
	conversation_id: "01m7yhan17m04fsbcptn3qnnwh",
	model: "tiny",
	resolved_model: null,
	input_tokens: 3,
	output_tokens: 14,
	token_details: null,
	duration_ms: 7,
	response_json: null,
	...changes,
});

describe("readLlmTurn", () => {
	it("reads a row of a model that says nothing about its end", () => {
		expect(readLlmTurn(row())).toEqual({
			id: "01m7yhan186pa70hasag75894v",
			conversationId: "01m7yhan17m04fsbcptn3qnnwh",
			model: "tiny",
			resolvedModel: null,
			inputTokens: 3,
			outputTokens: 14,
			tokenDetails: null,
			durationMs: 7,
			finishReason: null,
			truncated: null,
		});
	});

	it.each<[string, Json, string | null, boolean | null]>([
		[
			"OpenAI stream",
			{ object: "chat.completion.chunk", finish_reason: "stop" },
			"stop",
			false,
		],
		[
			"OpenAI stream, cut by a limit",
			{ object: "chat.completion.chunk", finish_reason: "length" },
			"length",
			true,
		],
		[
			"OpenAI stream without an end",
			{ object: "chat.completion.chunk", content: "w0" },
			null,
			true,
		],
		[
			"OpenAI whole answer",
			{ object: "chat.completion", choices: [{ finish_reason: "length" }] },
			"length",
			true,
		],
		[
			"OpenAI responses",
			{ object: "response", status: "completed" },
			"completed",
			false,
		],
		[
			"OpenAI responses, cut",
			{
				object: "response",
				status: "incomplete",
				incomplete_details: { reason: "max_output_tokens" },
			},
			"max_output_tokens",
			true,
		],
		["Anthropic", { stop_reason: "max_tokens" }, "max_tokens", true],
		[
			"Gemini",
			{ candidates: [{ finishReason: "MAX_TOKENS" }] },
			"MAX_TOKENS",
			true,
		],
		["Ollama", { done_reason: "stop" }, "stop", false],
		["something else", { done: true }, null, null],
		["no object", [1], null, null],
	])("%s", (_name, payload, finishReason, truncated) => {
		expect(
			readLlmTurn(row({ response_json: JSON.stringify(payload) })),
		).toMatchObject({ finishReason, truncated });
	});

	it("takes the served model from the payload when llm did not resolve it", () => {
		const payload = JSON.stringify({ model: "tiny-q8" });
		expect(readLlmTurn(row({ response_json: payload })).resolvedModel).toBe(
			"tiny-q8",
		);
		expect(
			readLlmTurn(row({ response_json: payload, resolved_model: "mine" }))
				.resolvedModel,
		).toBe("mine");
	});

	it("survives a payload that is not JSON", () => {
		expect(readLlmTurn(row({ response_json: "{" })).truncated).toBeNull();
	});
});

it("sumUsage adds what is known", () => {
	const turns = [
		readLlmTurn(row({ input_tokens: 1, output_tokens: null })),
		readLlmTurn(row({ input_tokens: 2, output_tokens: null })),
	];
	expect(sumUsage(turns)).toEqual({ inputTokens: 3, outputTokens: null });
});
