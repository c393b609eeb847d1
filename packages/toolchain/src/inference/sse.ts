/** One event of an event stream. */
export type ServerSentEvent = { event: string; data: string };

/**
 * Reads an event stream that arrives in any pieces: inside a character, across lines and events.
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation; an event that the end of the
 * stream cuts off is dropped, as it says there.)
 */
export function createSseReader(): {
	push(bytes: Uint8Array): ServerSentEvent[];
} {
	// Takes a byte order mark away, too.
	const decoder = new TextDecoder();
	let held = "";
	let event = "";
	let data: string[] = [];

	function takeLine(line: string): ServerSentEvent | undefined {
		if (line === "") {
			const complete = data.length > 0;
			const result = { event: event || "message", data: data.join("\n") };
			event = "";
			data = [];
			return complete ? result : undefined;
		}
		const colon = line.indexOf(":");
		const field = colon < 0 ? line : line.slice(0, colon);
		const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
		if (field === "event") event = value;
		if (field === "data") data.push(value);
		return undefined;
	}

	return {
		push(bytes) {
			held += decoder.decode(bytes, { stream: true });
			const events: ServerSentEvent[] = [];
			let from = 0;
			for (const { 0: end, index } of held.matchAll(/\r\n|\n|\r/g)) {
				// A newline may follow, and belong to it.
				if (end === "\r" && index === held.length - 1) break;
				const complete = takeLine(held.slice(from, index));
				if (complete !== undefined) events.push(complete);
				from = index + end.length;
			}
			held = held.slice(from);
			return events;
		},
	};
}
