/** A piece of a terminal's text: up to a newline, or up to a carriage return that a progress bar goes back with. */
export type Segment = { text: string; end: "\n" | "\r" | "" };

/**
 * Cuts bytes that arrive in any pieces into segments, each as soon as its end is there. `\r\n` counts as one newline,
 * unless it came in two pieces: then as a return.
 */
export function createSegments(): {
	push(bytes: Uint8Array): Segment[];
	/** What came after the last end, if anything. */
	flush(): Segment[];
} {
	const decoder = new TextDecoder();
	let held = "";
	let afterReturn = false;
	return {
		push(bytes) {
			let text = held + decoder.decode(bytes, { stream: true });
			if (afterReturn && text !== "") {
				text = text.replace(/^\n/, "");
				afterReturn = false;
			}
			const segments: Segment[] = [];
			let from = 0;
			for (const { 0: end, index } of text.matchAll(/\r?\n|\r/g)) {
				segments.push({
					text: text.slice(from, index),
					end: end === "\r" ? "\r" : "\n",
				});
				from = index + end.length;
				afterReturn = end === "\r" && from === text.length;
			}
			held = text.slice(from);
			return segments;
		},
		flush() {
			const text = held + decoder.decode();
			held = "";
			return text === "" ? [] : [{ text, end: "" }];
		},
	};
}
