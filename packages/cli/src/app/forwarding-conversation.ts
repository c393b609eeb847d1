import type { Event } from "@llorch/core";
import type { Conversation } from "./conversation.ts";

/** The part of a conversation that belongs to one of several hosts: all it says and asks bears the host's name. */
export function conversationOf(
	conversation: Conversation,
	host: string,
): Conversation {
	return {
		handle: (event) => conversation.handle(tag(event, host)),
		ask: (question, options) =>
			conversation.ask({ ...question, host }, options),
		// Piped input cannot be given to several.
		input: () => undefined,
		finish: async () => {},
	};
}

function tag(event: Event, host: string): Event {
	switch (event.type) {
		case "progress":
			return {
				...event,
				task: `${host}:${event.task}`,
				label: `[${host}] ${event.label}`,
			};
		case "note":
			return { ...event, text: `[${host}] ${event.text}` };
		case "output":
			return {
				...event,
				lane: event.lane === undefined ? host : `${host} ${event.lane}`,
			};
		case "row":
			return {
				...event,
				outcome: {
					...event.outcome,
					label: `${host} ${event.outcome.label}`,
					ranOn: host,
				},
			};
	}
}
