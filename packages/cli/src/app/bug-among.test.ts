import { expect, test } from "vitest";
import { bugAmong } from "./bug-among.ts";

const gated = { code: "LLORCH_GATED", message: "gated" };
const bug = {
	code: "LLORCH_BUG",
	message: "x is undefined",
	details: { stack: "at x" },
};

test("the first bug, with the name of what met it", () => {
	expect(
		bugAmong([
			{ label: "a", error: gated },
			{ label: "bee", error: bug },
			{ label: "cat", error: { ...bug, message: "another" } },
		]),
	).toEqual({ ...bug, message: "bee: x is undefined" });
});

test("no bug among what was to be expected", () => {
	expect(bugAmong([])).toBeUndefined();
	expect(bugAmong([{ label: "a", error: gated }])).toBeUndefined();
});
