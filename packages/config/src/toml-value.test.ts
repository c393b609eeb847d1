import { parse } from "smol-toml";
import { expect, test } from "vitest";
import { parseDocument } from "./document.ts";
import { formatTomlValue, freezeValue, showValue } from "./toml-value.ts";

test.each([
	["text", '"text"'],
	["a\tb\u007f", '"a\\tb\\u007f"'],
	[12, "12"],
	[0.5, "0.5"],
	[1e21, "1e+21"],
	[Number.POSITIVE_INFINITY, "inf"],
	[Number.NEGATIVE_INFINITY, "-inf"],
	[true, "true"],
	[[], "[]"],
	[["a", { name: "b", "x y": [1] }], '["a", { name = "b", "x y" = [1] }]'],
	[{}, "{}"],
])("%j is written as %s and read back", (value, text) => {
	expect(formatTomlValue(value)).toBe(text);
	expect(JSON.stringify(parse(`x = ${text}`).x)).toBe(JSON.stringify(value));
});

test("not a number is written as TOML has it", () => {
	expect(formatTomlValue(Number.NaN)).toBe("nan");
});

test("null cannot be written", () => {
	expect(() => formatTomlValue([null])).toThrow("TOML has no null");
});

test("a shown value is short and hides secrets", () => {
	expect(showValue("https://me:secret@host/")).toBe('"https://***@host/"');
	expect(showValue(["sk-abcdefghijklmn"])).toBe('["sk-***"]');
	expect(showValue("x".repeat(100))).toBe(`"${"x".repeat(59)}…`);
});

test("frozen values are plain to the bottom, with dates as their text", async () => {
	const document = await parseDocument(
		"day = 2024-02-01\nat = 07:32:00\nlist = [{ constructor = 1 }]\n__proto__ = { x = 1 }",
	);
	const value = freezeValue(document);
	expect(JSON.stringify(value)).toBe(
		'{"day":"2024-02-01","at":"07:32:00.000","list":[{"constructor":1}],"__proto__":{"x":1}}',
	);
	expect(Object.isFrozen(value)).toBe(true);
	const { list } = value as { list: object[] };
	expect(Object.isFrozen(list)).toBe(true);
	expect(Object.isFrozen(list[0])).toBe(true);
	// A name that no file holds is not found on a prototype either.
	expect((value as Record<string, unknown>).toString).toBeUndefined();
});
