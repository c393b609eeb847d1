import type { Setting } from "@llorch/core";
import { expect, test } from "vitest";
import { describeNeed, describeType } from "./describe-type.ts";

const setting = (parts: Partial<Setting<unknown>>): Setting<unknown> => ({
	type: "string",
	default: "",
	describe: "",
	...parts,
});

test.each([
	[{ type: "string" }, "string", "a string"],
	[{ choices: ["on"] }, '"on"', '"on"'],
	[{ choices: ["a", "b", "c"] }, '"a", "b" or "c"', '"a", "b" or "c"'],
	[{ type: "number" }, "number", "a number"],
	[
		{ type: "number", range: [0, 1] },
		"number from 0 to 1",
		"a number from 0 to 1",
	],
	[
		{ type: "integer", range: [1, Number.POSITIVE_INFINITY] },
		"whole number of at least 1",
		"a whole number of at least 1",
	],
	[
		{ type: "integer", range: [Number.NEGATIVE_INFINITY, 9] },
		"whole number of at most 9",
		"a whole number of at most 9",
	],
	[{ type: "boolean" }, "true or false", "true or false"],
	[{ type: "strings" }, "list of strings", "a list of strings"],
	[
		{ type: "strings", choices: ["a", "b"] },
		'list of "a" or "b"',
		'a list of "a" or "b"',
	],
	[{ type: "table" }, "table", "a table"],
	[{ type: "list" }, "list", "a list"],
] as const)("%j accepts: %s", (parts, type, need) => {
	expect(describeType(setting(parts))).toBe(type);
	expect(describeNeed(setting(parts))).toBe(need);
});
