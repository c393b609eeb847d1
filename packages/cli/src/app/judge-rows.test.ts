import type { SubmoduleRow } from "@llorch/git";
import { expect, test } from "vitest";
import { judgeRows } from "./judge-rows.ts";

const row = (path: string, code?: string): SubmoduleRow => ({
	path,
	from: null,
	to: null,
	...(code === undefined
		? { status: "unchanged" }
		: { status: "failed", error: { code, message: "it broke" } }),
});

test("one submodule's failure is the command's own", () => {
	expect(judgeRows([row("a")])).toBeUndefined();
	expect(judgeRows([row("a", "LLORCH_GIT_FAILED")])).toMatchObject({
		code: "LLORCH_GIT_FAILED",
	});
});

test("of several, some or all failed", () => {
	const failed = row("a", "LLORCH_GIT_FAILED");
	expect(judgeRows([failed, row("b")])).toEqual({
		code: "LLORCH_SOME_FAILED",
		message: "1 of 2 submodules failed: a",
		details: { failed: ["a"] },
	});
	expect(judgeRows([failed, failed])?.code).toBe("LLORCH_ALL_FAILED");
});

test("a bug among them decides", () => {
	const rows = [row("a", "LLORCH_GIT_FAILED"), row("b", "LLORCH_BUG")];
	expect(judgeRows(rows)).toEqual({
		code: "LLORCH_BUG",
		message: "b: it broke",
	});
});
