import {
	decodeFrames,
	type Envelope,
	encodeFrame,
	type Json,
	LlorchError,
	type Question,
	type ToFar,
	type ToNear,
	toErrorInfo,
} from "@llorch/core";
import type { Conversation } from "./conversation.ts";
import type { FarStart, Wire } from "./far.ts";
import { isInterruption } from "./interruption.ts";

/**
 * The near side of the wire: has one command run by a far llorch and gives its events and questions to the
 * conversation here. Returns the far side's envelope; the caller shows it. Throws LLORCH_HUNG_UP when the wire ends early.
 */
export async function forward(
	wire: Wire,
	start: FarStart,
	conversation: Conversation,
	signal: AbortSignal,
): Promise<Envelope<Json>> {
	const send = (message: ToFar) => wire.write(encodeFrame(message));
	const sendAbort = () => {
		const code =
			signal.reason instanceof LlorchError && signal.reason.info.code;
		const known = code && isInterruption(code) ? code : "LLORCH_INTERRUPTED";
		send({ abort: known }).catch(() => {});
	};
	const input = start.hasStdin ? conversation.input() : undefined;
	// What one of several hosts is not given, it must not wait for.
	await send({ start: { ...start, hasStdin: input !== undefined } });
	signal.addEventListener("abort", sendAbort, { once: true });
	if (signal.aborted) sendAbort();
	// A question of a far side that is gone must not stand any longer.
	const over = new AbortController();
	const asked = AbortSignal.any([signal, over.signal]);
	if (input !== undefined) pumpInput(input, send).catch(() => {});
	try {
		for await (const frame of decodeFrames<ToNear>(wire.read)) {
			if ("done" in frame) return frame.done;
			if ("event" in frame) await conversation.handle(frame.event);
			else answerQuestion(frame.ask, conversation, asked, send);
		}
	} finally {
		signal.removeEventListener("abort", sendAbort);
		over.abort();
	}
	throw new LlorchError("LLORCH_HUNG_UP", "the far llorch went away");
}

/** Answers in the background: events go on while a person thinks. */
function answerQuestion(
	question: Question,
	conversation: Conversation,
	signal: AbortSignal,
	send: (message: ToFar) => Promise<void>,
): void {
	conversation
		.ask(question, { signal })
		.then(
			(answer): ToFar => ({ answer }),
			(error): ToFar => ({
				refused: { id: question.id, error: toErrorInfo(error) },
			}),
		)
		.then(send)
		// A wire that broke is noticed by the reader of its frames.
		.catch(() => {});
}

async function pumpInput(
	input: AsyncIterable<Uint8Array>,
	send: (message: ToFar) => Promise<void>,
): Promise<void> {
	for await (const bytes of input) await send({ stdin: bytes });
	await send({ stdin: null });
}
