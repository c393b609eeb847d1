import fc from "fast-check";
import { expect, test } from "vitest";
import { createSegments, type Segment } from "./segments.ts";

function cut(pieces: readonly Uint8Array[]): Segment[] {
	const segments = createSegments();
	return [
		...pieces.flatMap((piece) => segments.push(piece)),
		...segments.flush(),
	];
}

const bytes = (text: string) => new TextEncoder().encode(text);

test("newlines and returns end a segment, the end of the text does too", () => {
	expect(cut([bytes("a\nbar\rb\r\n\nrest")])).toEqual([
		{ text: "a", end: "\n" },
		{ text: "bar", end: "\r" },
		{ text: "b", end: "\n" },
		{ text: "", end: "\n" },
		{ text: "rest", end: "" },
	]);
	expect(cut([bytes("a\n")])).toEqual([{ text: "a", end: "\n" }]);
});

test("a bar is there at once, although its return is the last byte", () => {
	expect(createSegments().push(bytes("bar\r"))).toEqual([
		{ text: "bar", end: "\r" },
	]);
});

test("text cut anywhere is the same text, and makes the same lines", () => {
	fc.assert(
		fc.property(
			fc.array(fc.constantFrom("a", "é", "🐻", "\n", "\r", "\r\n"), {
				maxLength: 30,
			}),
			fc.integer({ min: 1, max: 5 }),
			(words, size) => {
				const whole = bytes(words.join(""));
				const pieces: Uint8Array[] = [];
				for (let at = 0; at < whole.length; at += size)
					pieces.push(whole.slice(at, at + size));
				// A return and a newline that came apart are a return: their text is the same.
				const texts = (segments: Segment[]) => segments.map(({ text }) => text);
				expect(texts(cut(pieces))).toEqual(texts(cut([whole])));
			},
		),
		{ numRuns: 300 },
	);
});
