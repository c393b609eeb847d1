import type { ChatRequest } from "./record.ts";

/** How a model answers. Times are in milliseconds; "chunks" are the words of the reply, or the pieces given as an array. */
export type Behaviour = {
	/** The text, or its chunks. Default: `You said: PROMPT`. */
	reply?:
		| string
		| readonly string[]
		| ((request: ChatRequest) => string | readonly string[]);
	/** Token counts to report; `false` reports none. Default: words of the messages, chunks of the reply. */
	usage?: { input: number; output: number } | false;
	/** `null`: the stream ends without one. Default: `stop`. */
	finishReason?: "stop" | "length" | "content_filter" | null;
	/** The name reported as the model that answered. Default: the one asked for. */
	servedModel?: string;
	delayMs?: number;
	/** The answer waits for this promise: a test holds calls open until it has seen them all. */
	gate?: Promise<unknown>;
	/** An error answer instead. */
	status?: number;
	/** The error's message. */
	message?: string;
	/** The `Retry-After` header, in seconds or as an HTTP date. */
	retryAfter?: number | string;
	/** Closes the connection without an answer. */
	cutBeforeHeaders?: boolean;
	/** Never answers. */
	stallBeforeHeaders?: boolean;
	/** Closes the connection after so many chunks. */
	cutAfter?: number;
	/** Sends nothing more after so many chunks. */
	stallAfter?: number;
	/** Sends an error event after so many chunks. */
	errorAfter?: number;
};

/** A list is gone through request by request; its last entry stays. */
export type BehaviourInput =
	| Behaviour
	| readonly Behaviour[]
	| ((request: ChatRequest) => Behaviour);

export function behaviourFor(
	input: BehaviourInput,
	request: ChatRequest,
): Behaviour {
	if (typeof input === "function") return input(request);
	if (!isList(input)) return input;
	return input[Math.min(request.index, input.length - 1)] ?? {};
}

/** The chunks of the reply. */
export function replyChunks(
	behaviour: Behaviour,
	request: ChatRequest,
): readonly string[] {
	const { reply = `You said: ${request.prompt}` } = behaviour;
	const text = typeof reply === "function" ? reply(request) : reply;
	return typeof text === "string" ? (text.match(/\s*\S+|\s+$/g) ?? []) : text;
}

export function usageFor(
	behaviour: Behaviour,
	request: ChatRequest,
	chunks: readonly string[],
): { input: number; output: number } | undefined {
	if (behaviour.usage === false) return undefined;
	return (
		behaviour.usage ?? {
			input: request.messages.reduce(
				(sum, { content }) => sum + countWords(textOf(content)),
				0,
			),
			output: chunks.length,
		}
	);
}

/** The text of a message, whose content may also be a list of parts. */
export function textOf(content: unknown): string {
	if (typeof content === "string") return content;
	if (!Array.isArray(content)) return "";
	return content
		.map((part: { text?: unknown }) =>
			typeof part.text === "string" ? part.text : "",
		)
		.join("");
}

function countWords(text: string): number {
	return text.match(/\S+/g)?.length ?? 0;
}

function isList(
	input: Behaviour | readonly Behaviour[],
): input is readonly Behaviour[] {
	return Array.isArray(input);
}
