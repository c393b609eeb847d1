import { as } from "typanion";
import { expect, test } from "vitest";
import { numberFor } from "./number-option.ts";

const read = (text: string, need: Parameters<typeof numberFor>[0]) =>
	as(text, numberFor(need), { coerce: true, errors: true });

test.each([
	["0.5", 0.5],
	["+2", 2],
	["1e3", 1000],
	["0", 0],
	[" 7 ", 7],
	["1000", 1000],
])("%j is the number %d", (text, number) => {
	expect(read(text, { type: "number", range: [0, 1000] })).toEqual({
		value: number,
		errors: undefined,
	});
});

test.each(["", " ", "-1", "1001", "1e999", "NaN", "0x10", "1,5", "ten"])(
	"%j is none from 0 to 1000",
	(text) => {
		expect(read(text, { type: "number", range: [0, 1000] }).errors).toEqual([
			`.: must be a number from 0 to 1000 (got ${JSON.stringify(text)})`,
		]);
	},
);

test("a fraction is no whole number, and without a range any number will do", () => {
	expect(read("1.5", { type: "integer" }).errors).toEqual([
		'.: must be a whole number (got "1.5")',
	]);
	expect(read("-9e15", { type: "integer" }).value).toBe(-9e15);
});
