import { expect, test } from "vitest";
import { compareCuda } from "./cuda.ts";

test.each([
	[undefined, undefined, []],
	["12.4", undefined, ["ok"]],
	[undefined, "12.4", ["warning"]],
	["12.4", "12.4", ["ok"]],
	["11.8", "12.4", ["ok"]],
	["12.6", "12.4", ["warning"]],
	["13.0", "12.4", ["warning"]],
	["12.10", "12.9", ["warning"]],
	["12.9", "12.10", ["ok"]],
])("nvcc %s, driver %s", (built, runs, levels) => {
	const findings = compareCuda(built, runs, { wanted: true });
	expect(findings.map(({ level }) => level)).toEqual(levels);
});

test("no compiler is no fault where nobody builds for CUDA", () => {
	expect(compareCuda(undefined, "12.4", { wanted: false })).toMatchObject([
		{ level: "ok" },
	]);
});
