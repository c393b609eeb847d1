import { sanitize } from "@llorch/core";
import type { Conversation } from "../../app/conversation.ts";
import type { Invocation } from "../../app/invocation.ts";
import { writeTo } from "../output-stream.ts";

/** The conversation with a program: one envelope on stdout, rows before it where the command has rows; warnings on stderr. */
export function createJsonConversation(options: {
	invocation: Invocation;
	quiet: boolean;
	rows: boolean;
	ask: Conversation["ask"];
}): Conversation {
	const { invocation, quiet, rows } = options;
	const line = (value: unknown) =>
		writeTo(invocation.stdout, `${JSON.stringify(value)}\n`, invocation.signal);
	return {
		async handle(event) {
			if (event.type === "row" && rows) return line(event.outcome);
			if (event.type === "note" && !quiet)
				await writeTo(
					invocation.stderr,
					`${event.level === "warn" ? "warning: " : ""}${sanitize(event.text)}\n`,
					invocation.signal,
				);
		},
		ask: options.ask,
		input: () =>
			invocation.stdin.isTTY === true ? undefined : invocation.stdin,
		finish: (envelope) => line(envelope),
	};
}
