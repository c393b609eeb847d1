import { expect, test } from "vitest";
import { closest } from "./closest.ts";
import { formatBytes, formatCount, formatDuration } from "./format.ts";

test.each([
	[0, "0 B"],
	[999, "999 B"],
	[1000, "1.00 kB"],
	[668_788_096, "669 MB"],
	[4_920_734_272, "4.92 GB"],
	[12_345_678, "12.3 MB"],
	[999_600, "1.00 MB"],
])("formatBytes(%d)", (bytes, text) => {
	expect(formatBytes(bytes)).toBe(text);
});

test.each([
	[240, "240 ms"],
	[3_400, "3.4 s"],
	[59_960, "1 m 00 s"],
	[125_000, "2 m 05 s"],
	[3_720_000, "1 h 02 m"],
])("formatDuration(%d)", (ms, text) => {
	expect(formatDuration(ms)).toBe(text);
});

test("formatCount knows one from many", () => {
	expect(formatCount(1, "file")).toBe("1 file");
	expect(formatCount(0, "file")).toBe("0 files");
	expect(formatCount(2, "entry", "entries")).toBe("2 entries");
});

test.each([
	["fanuot", ["fanout", "models"], "fanout"],
	["tinylama", ["tinyllama", "llama3"], "tinyllama"],
	["Qwen", ["qwen"], "qwen"],
	["zzz", ["tinyllama"], undefined],
	["ls", ["list"], undefined],
])("closest(%s, %j)", (word, candidates, best) => {
	expect(closest(word, candidates)).toBe(best);
});
