import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { writeOut } from "../loopback.ts";
import { type Behaviour, replyChunks, usageFor } from "./behaviour.ts";
import type { ChatRecord } from "./record.ts";

/** One chat request being answered. */
export type ChatExchange = {
	record: ChatRecord;
	response: ServerResponse;
	behaviour: Behaviour;
	/** To be called whenever the record was changed. */
	changed: () => void;
};

/** Answers as the behaviour says, in the shapes of OpenAI's "chat completion" and "chat completion chunk" objects. */
export async function answerChat(exchange: ChatExchange): Promise<void> {
	const { behaviour, record, response } = exchange;
	await behaviour.gate;
	if (behaviour.stallBeforeHeaders) return;
	if (behaviour.cutBeforeHeaders) {
		response.destroy();
		return;
	}
	if (behaviour.status !== undefined)
		return sendError(exchange, behaviour.status);
	if (record.stream) await stream(exchange);
	else await whole(exchange);
}

function sendError(exchange: ChatExchange, status: number): void {
	const { behaviour } = exchange;
	const headers: OutgoingHttpHeaders = { "content-type": "application/json" };
	if (behaviour.retryAfter !== undefined)
		headers["retry-after"] = String(behaviour.retryAfter);
	begin(exchange, status, headers);
	end(exchange, JSON.stringify({ error: errorObject(behaviour, status) }));
}

function errorObject(behaviour: Behaviour, status: number): object {
	return {
		message: behaviour.message ?? `status ${status}`,
		type: "error",
		param: null,
		code: null,
	};
}

async function whole(exchange: ChatExchange): Promise<void> {
	const { behaviour, record } = exchange;
	const chunks = replyChunks(behaviour, record);
	for (const _ of chunks) await pause(behaviour);
	const usage = usageFor(behaviour, record, chunks);
	if (usage !== undefined) record.usage = usage;
	record.chunksSent = chunks.length;
	begin(exchange, 200, { "content-type": "application/json" });
	end(
		exchange,
		JSON.stringify({
			...envelope(exchange, "chat.completion"),
			choices: [
				{
					index: 0,
					message: { role: "assistant", content: chunks.join("") },
					finish_reason: finishReason(behaviour),
				},
			],
			...(usage === undefined ? {} : { usage: usageObject(usage) }),
		}),
	);
}

async function stream(exchange: ChatExchange): Promise<void> {
	const { behaviour, record, response, changed } = exchange;
	const chunks = replyChunks(behaviour, record);
	begin(exchange, 200, {
		"content-type": "text/event-stream",
		"cache-control": "no-cache",
	});
	response.flushHeaders();
	const send = (fields: object) =>
		sendEvent(response, {
			...envelope(exchange, "chat.completion.chunk"),
			...fields,
		});
	const choice = (delta: object, finish: string | null = null) => ({
		choices: [{ index: 0, delta, finish_reason: finish }],
	});

	for (let sent = 0; ; sent++) {
		record.chunksSent = sent;
		changed();
		if (behaviour.stallAfter === sent) return;
		if (behaviour.cutAfter === sent) {
			response.socket?.end(() => response.destroy());
			return;
		}
		if (behaviour.errorAfter === sent) {
			await sendEvent(response, { error: errorObject(behaviour, 500) });
			return end(exchange);
		}
		const chunk = chunks[sent];
		if (chunk === undefined) break;
		await pause(behaviour);
		if (!(await send(choice({ role: "assistant", content: chunk })))) return;
	}
	const reason = finishReason(behaviour);
	if (reason !== null) await send(choice({}, reason));
	const usage = usageFor(behaviour, record, chunks);
	// OpenAI sends the counts only to who asked for them.
	const asked = (
		record.body.stream_options as { include_usage?: boolean } | undefined
	)?.include_usage;
	if (usage !== undefined && asked === true) {
		record.usage = usage;
		await send({ choices: [], usage: usageObject(usage) });
	}
	end(exchange, "data: [DONE]\n\n");
}

function envelope({ behaviour, record }: ChatExchange, object: string): object {
	return {
		id: `chatcmpl-${record.model}-${record.index}`,
		object,
		created: 1_767_225_600,
		model: behaviour.servedModel ?? record.model,
	};
}

function finishReason(behaviour: Behaviour): string | null {
	return behaviour.finishReason === undefined ? "stop" : behaviour.finishReason;
}

function usageObject(usage: { input: number; output: number }): object {
	return {
		prompt_tokens: usage.input,
		completion_tokens: usage.output,
		total_tokens: usage.input + usage.output,
	};
}

/** False when the reader has gone. */
function sendEvent(response: ServerResponse, event: object): Promise<boolean> {
	return writeOut(response, `data: ${JSON.stringify(event)}\n\n`);
}

async function pause({ delayMs }: Behaviour): Promise<void> {
	if (delayMs !== undefined) await delay(delayMs, undefined, { ref: false });
}

function begin(
	{ record, response, changed }: ChatExchange,
	status: number,
	headers: OutgoingHttpHeaders,
): void {
	record.status = status;
	response.writeHead(status, headers);
	changed();
}

function end({ record, response, changed }: ChatExchange, text = ""): void {
	response.end(text, () => {
		record.finished = true;
		changed();
	});
}
