import { expect, test } from "vitest";
import { soakCount } from "./soak.ts";

test.each([
	[undefined, 3],
	["", 3],
	["full", 20],
	["7", 7],
])("LLORCH_SOAK=%s repeats an attack %i times", (setting, times) => {
	expect(soakCount(3, 20, setting)).toBe(times);
});

// Number("full") would be NaN, and a loop to NaN attacks nothing.
test.each(["ful", "0", "-1", "1.5"])("LLORCH_SOAK=%s is refused", (setting) => {
	expect(() => soakCount(3, 20, setting)).toThrow("LLORCH_SOAK must be");
});
