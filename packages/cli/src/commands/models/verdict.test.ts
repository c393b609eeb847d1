import type { ErrorInfo } from "@llorch/core";
import { expect, test } from "vitest";
import { judgeModels } from "./verdict.ts";

const gated: ErrorInfo = { code: "LLORCH_GATED", message: "gated" };
const wrong: ErrorInfo = {
	code: "LLORCH_DIGEST_MISMATCH",
	message: "wrong",
	run: ["models", "verify", "b"],
};

test("nothing failed", () => {
	expect(judgeModels([])).toBeUndefined();
	expect(judgeModels([{ name: "a" }, { name: "b" }])).toBeUndefined();
});

test("the failure of the only model is the command's", () => {
	expect(judgeModels([{ name: "a", error: gated }])).toBe(gated);
});

test("some of many, and all of many", () => {
	expect(judgeModels([{ name: "a" }, { name: "b", error: gated }])).toEqual({
		code: "LLORCH_SOME_FAILED",
		message: "1 of 2 models failed: b",
		details: { failed: ["b"] },
	});
	expect(
		judgeModels([
			{ name: "a", error: wrong },
			{ name: "b", error: gated },
		]),
	).toEqual({
		code: "LLORCH_ALL_FAILED",
		message: "2 of 2 models failed: a, b",
		run: ["models", "verify", "b"],
		details: { failed: ["a", "b"] },
	});
});

test("where all failures have the common code, it is the verdict", () => {
	const code = "LLORCH_DIGEST_MISMATCH";
	const judge = (...errors: (ErrorInfo | undefined)[]) =>
		judgeModels(
			errors.map((error, index) => ({
				name: String(index),
				...(error === undefined ? {} : { error }),
			})),
			code,
		)?.code;
	expect(judge(undefined, wrong)).toBe(code);
	expect(judge(wrong, wrong)).toBe(code);
	expect(judge(undefined, gated, wrong)).toBe("LLORCH_SOME_FAILED");
});
