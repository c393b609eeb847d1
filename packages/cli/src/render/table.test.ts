import { expect, test } from "vitest";
import { plainStyle } from "./style.ts";
import { formatTable } from "./table.ts";

const rows = [
	["tinyllama", "669 MB"],
	["a\tb", "1.27 GB"],
];

test("a terminal gets a header and padded columns", () => {
	expect(
		formatTable(["id", "size>"], rows, { ...plainStyle, terminal: true }),
	).toBe(
		["ID            SIZE", "tinyllama   669 MB", "a b        1.27 GB", ""].join(
			"\n",
		),
	);
});

test("a pipe gets tab-separated cells, one record a line", () => {
	expect(formatTable(["id", "size>"], rows, plainStyle)).toBe(
		"tinyllama\t669 MB\na b\t1.27 GB\n",
	);
});

test("no rows are no output", () => {
	expect(formatTable(["id"], [], { ...plainStyle, terminal: true })).toBe("");
	expect(formatTable(["id"], [], plainStyle)).toBe("");
});
