import {
	type Answer,
	decodeFrames,
	type Envelope,
	type ErrorInfo,
	encodeFrame,
	type Json,
	LlorchError,
	type ToFar,
	type ToNear,
} from "@llorch/core";
import type { Conversation } from "./conversation.ts";
import { type InterruptionCode, interruption } from "./interruption.ts";

/** Two byte streams between a near and a far llorch: an SSH channel, a child's pipes, or memory in a test. */
export type Wire = {
	read: AsyncIterable<Uint8Array>;
	/** Resolves when the other side takes more. */
	write(bytes: Uint8Array): Promise<void>;
};

/** What the near side asked for. */
export type FarStart = Extract<ToFar, { start: unknown }>["start"];

/**
 * The far side of the wire: runs one command for a near llorch. It has no screen: events, questions and the result go
 * back as frames, and the near one renders them (so a bar, a question or `--json` looks as if it ran there).
 * Ends after its `done` frame; a wire that breaks aborts the command as a hang-up would, unless it is to outlive it: then nobody is
 * told any more, and nobody asked.
 */
export async function serveFar(
	wire: Wire,
	perform: (
		start: FarStart,
		talk: { conversation: Conversation; signal: AbortSignal },
	) => Promise<number>,
): Promise<number> {
	const frames = decodeFrames<ToFar>(wire.read);
	const first = await frames.next().catch(() => undefined);
	if (first?.value === undefined || !("start" in first.value))
		throw new LlorchError(
			"LLORCH_USAGE",
			"the wire did not begin with a start frame: --far is how one llorch talks to another",
		);
	const { start } = first.value;
	const controller = new AbortController();
	const far = createWireConversation(wire, start, controller.signal);
	const listening = listen(frames, far, {
		controller,
		outlives: start.outlives === true,
	});
	const exit = await perform(start, {
		conversation: far.conversation,
		signal: controller.signal,
	});
	listening.stop();
	return exit;
}

type FarSide = {
	conversation: Conversation;
	answer(answer: Answer): void;
	refused(refusal: { id: string; error: ErrorInfo }): void;
	stdin(bytes: Uint8Array | null): void;
	lost(error: LlorchError): void;
};

/** A conversation whose other end is a wire. */
function createWireConversation(
	wire: Wire,
	{ hasStdin, outlives }: FarStart,
	signal: AbortSignal,
): FarSide {
	const questions = new Map<
		string,
		{ resolve(answer: Answer): void; reject(error: unknown): void }
	>();
	const input = createInput(signal);
	let gone: LlorchError | undefined;
	const send = async (message: ToNear) => {
		if (gone !== undefined) return;
		await wire.write(encodeFrame(message)).catch((error: unknown) => {
			if (!outlives) throw error;
			gone = interruption("LLORCH_HUNG_UP");
		});
	};
	return {
		conversation: {
			handle: (event) => send({ event }),
			async ask(question, { signal }) {
				signal.throwIfAborted();
				if (gone !== undefined) throw gone;
				const answered = Promise.withResolvers<Answer>();
				questions.set(question.id, answered);
				const give = () => answered.reject(signal.reason);
				signal.addEventListener("abort", give, { once: true });
				try {
					await send({ ask: question });
					return await answered.promise;
				} finally {
					signal.removeEventListener("abort", give);
					questions.delete(question.id);
				}
			},
			input: () => (hasStdin ? input.read() : undefined),
			finish: (envelope) => send({ done: envelope as Envelope<Json> }),
		},
		answer: (answer) => questions.get(answer.id)?.resolve(answer),
		refused: ({ id, error }) =>
			questions.get(id)?.reject(LlorchError.from(error)),
		stdin: input.push,
		lost(error) {
			gone = error;
			input.fail(error);
			for (const question of questions.values()) question.reject(error);
		},
	};
}

function listen(
	frames: AsyncGenerator<ToFar>,
	far: FarSide,
	{ controller, outlives }: { controller: AbortController; outlives: boolean },
): { stop(): void } {
	let stopped = false;
	const hangUp = () => {
		if (stopped) return;
		const error = interruption("LLORCH_HUNG_UP");
		far.lost(error);
		if (!outlives) controller.abort(error);
	};
	void (async () => {
		try {
			for await (const frame of frames) {
				if ("answer" in frame) far.answer(frame.answer);
				else if ("refused" in frame) far.refused(frame.refused);
				else if ("stdin" in frame) far.stdin(frame.stdin);
				else if ("abort" in frame)
					controller.abort(interruption(frame.abort as InterruptionCode));
			}
			hangUp();
		} catch {
			hangUp();
		}
	})();
	return {
		stop() {
			stopped = true;
		},
	};
}

/** Bytes pushed from frames, read as a stream; who waits for more when all is over gets the signal's reason. */
function createInput(signal: AbortSignal): {
	push(bytes: Uint8Array | null): void;
	/** Nothing more comes, and what came is not all. */
	fail(error: LlorchError): void;
	read(): AsyncIterable<Uint8Array>;
} {
	const held: (Uint8Array | null)[] = [];
	let failure: LlorchError | undefined;
	let wake = Promise.withResolvers<void>();
	signal.addEventListener("abort", () => wake.resolve(), { once: true });
	return {
		fail(error) {
			failure = error;
			wake.resolve();
		},
		push(bytes) {
			held.push(bytes);
			wake.resolve();
		},
		async *read() {
			for (;;) {
				signal.throwIfAborted();
				const next = held.shift();
				if (next === null) return;
				if (next !== undefined) yield next;
				else if (failure !== undefined) throw failure;
				else {
					wake = Promise.withResolvers<void>();
					if (held.length === 0) await wake.promise;
				}
			}
		},
	};
}
