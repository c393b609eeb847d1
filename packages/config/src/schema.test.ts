import { type AnySection, defineSection } from "@llorch/core";
import { expect, test } from "vitest";
import { buildSchema, type Rename } from "./schema.ts";

const text = { type: "string", default: "", describe: "" } as const;
const build = (sections: readonly AnySection[], renames: Rename[] = []) =>
	buildSchema(sections, renames);

test("a section may stand below another, declared before or after it", () => {
	const upper = defineSection("fanout", { outdir: text });
	const lower = defineSection("fanout.defaults", { prompt: text });
	for (const sections of [
		[upper, lower],
		[lower, upper],
	])
		expect([...build(sections).keys.keys()].sort()).toEqual([
			"fanout.defaults.prompt",
			"fanout.outdir",
		]);
});

test.each([
	[
		"two sections with the same key",
		[defineSection("a", { b: text }), defineSection("a", { b: text })],
		"a.b is declared twice",
	],
	[
		"a section below a key",
		[defineSection("a", { b: text }), defineSection("a.b", { c: text })],
		"a.b is declared twice",
	],
	[
		"a section below a key's inside",
		[defineSection("a", { b: text }), defineSection("a.b.c", { d: text })],
		"a.b.c is declared twice",
	],
])("contradicting declarations are a bug: %s", (_, sections, message) => {
	expect(() => build(sections)).toThrow(new Error(message));
});

test("a rename to a key that nobody declares is a bug", () => {
	expect(() => build([], [{ from: "a.b", to: "c.d" }])).toThrow(
		new Error("a.b is renamed to c.d: no such key"),
	);
});

test("an old name that is a declared key is a bug", () => {
	const section = defineSection("a", { b: text, c: text });
	expect(() => build([section], [{ from: "a.b", to: "a.c" }])).toThrow(
		new Error("a.b is declared twice"),
	);
});

test.each([["LLORCH_X"], [[{ name: "LLORCH_X" }]]])(
	"a variable cannot spell a table or a list without a reader: %j",
	(env) => {
		for (const type of ["table", "list"] as const)
			expect(() =>
				build([
					defineSection("a", { b: { type, default: [], describe: "", env } }),
				]),
			).toThrow(new Error(`a.b is a ${type}: its variable needs a reader`));
	},
);
