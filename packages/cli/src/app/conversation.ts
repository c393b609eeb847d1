import { type Ask, type Envelope, type Event, LlorchError } from "@llorch/core";
import type { Style } from "./style.ts";

/** How a command's result looks to a person. Pure: the near side renders what the far side sent with the same functions. */
export type View<R> = {
	/** The answer, for stdout; ends in a newline, or is empty. */
	render(result: R, style: Style): string;
	/** What belongs to the conversation (stderr) once all is done: totals, where files are, what to type next. */
	summary?: ((result: R, style: Style) => string) | undefined;
};

/** Who listens to a command: a terminal, a pipe, a JSON reader, or the near llorch at the other end of a wire. */
export type Conversation = {
	/** Takes an event; resolves when the listener is ready for the next one. */
	handle(event: Event): Promise<void>;
	ask: Ask;
	/** The command's input, or undefined when there is none (a terminal, or nothing piped). */
	input(): AsyncIterable<Uint8Array> | undefined;
	/** The last word: shows result and error. Nothing is handled after it. */
	finish<R>(envelope: Envelope<R>, view: View<R>): Promise<void>;
};

/** Nobody listens and nobody answers: completion must not write between a user's keystrokes. */
export const silence: Conversation = {
	handle: async () => {},
	ask: async ({ text }) => {
		throw new LlorchError("LLORCH_NEEDS_ANSWER", text);
	},
	input: () => undefined,
	finish: async () => {},
};
