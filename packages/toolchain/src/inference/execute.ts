import { LlorchError, type Work } from "@llorch/core";
import { askLocal, type HttpAnswer, readText } from "./http.ts";
import { createSseReader } from "./sse.ts";
import { readWorkerEvent } from "./worker-events.ts";

export type Job = {
	job_id: string;
	prompt: string;
	max_tokens: number;
	temperature: number;
	seed: number;
};

/** An answer while it grows, and with what it took. */
export type Answer = {
	text: string;
	tokens: number;
	/** From the request to the first token. */
	firstTokenMs: number | undefined;
	/** From the first token to the last. */
	decodeMs: number;
};

export type Execution = {
	port: number;
	job: Job;
	/** Filled as tokens come, so that a cut answer is not lost. */
	answer: Answer;
	/** Puts a token where it outlives us, before it is shown. */
	keep(text: string): Promise<void>;
	/** Shows the first events as they are. */
	debug: boolean;
	now(): number;
	signal: AbortSignal;
};

const DEBUG_EVENTS = 5;
const MAX_REFUSAL_BYTES = 4_000;
const encoder = new TextEncoder();

export function emptyAnswer(): Answer {
	return { text: "", tokens: 0, firstTokenMs: undefined, decodeMs: 0 };
}

/**
 * Gives a ready worker a job and streams its tokens. False when the answer was closed without an end event. Throws LLORCH_WORKER_REFUSED when it answers with anything but 200 or
 * reports an error, and LLORCH_WORKER_CUT_OFF when the answer breaks off or has no token.
 */
export async function* execute(execution: Execution): Work<boolean> {
	const { port, job, answer, signal } = execution;
	const startedAt = execution.now();
	let http: HttpAnswer;
	try {
		http = await askLocal({
			method: "POST",
			port,
			path: "/execute",
			json: job,
			signal,
		});
	} catch (error) {
		throw cutOff("the worker closed the connection without an answer", error);
	}
	if (http.status !== 200) {
		const said = (await readText(http.body, MAX_REFUSAL_BYTES)).trim();
		throw new LlorchError(
			"LLORCH_WORKER_REFUSED",
			`the worker answered with ${http.status}${said === "" ? "" : `: ${said}`}`,
			{ details: { status: http.status } },
		);
	}
	const ended = yield* readTokens(execution, http, startedAt);
	if (answer.tokens === 0) throw cutOff("the worker's answer has no token");
	return ended;
}

/** True when an end event came. */
async function* readTokens(
	execution: Execution,
	http: HttpAnswer,
	startedAt: number,
): Work<boolean> {
	const { answer, job } = execution;
	const reader = createSseReader();
	let firstAt = 0;
	let events = 0;
	try {
		for await (const bytes of http.body)
			for (const sse of reader.push(bytes)) {
				if (execution.debug && ++events <= DEBUG_EVENTS)
					yield {
						type: "note",
						level: "info",
						text: `event ${sse.event}: ${sse.data}`,
					};
				const event = readWorkerEvent(sse);
				if (event.kind === "end") return true;
				if (event.kind === "error")
					throw new LlorchError(
						"LLORCH_WORKER_REFUSED",
						`the worker reports an error: ${event.message}`,
					);
				if (event.kind !== "token") continue;
				const now = execution.now();
				if (answer.tokens === 0) {
					firstAt = now;
					answer.firstTokenMs = now - startedAt;
				}
				answer.tokens++;
				answer.text += event.text;
				answer.decodeMs = now - firstAt;
				await execution.keep(event.text);
				yield {
					type: "output",
					stream: "out",
					bytes: encoder.encode(event.text),
				};
			}
	} catch (error) {
		if (error instanceof LlorchError) throw error;
		throw cutOff(
			`the connection broke after ${answer.tokens} of ${job.max_tokens} tokens`,
			error,
		);
	}
	return false;
}

function cutOff(message: string, cause?: unknown): LlorchError {
	return new LlorchError(
		"LLORCH_WORKER_CUT_OFF",
		message,
		cause instanceof Error ? { details: { reason: cause.message } } : {},
	);
}
