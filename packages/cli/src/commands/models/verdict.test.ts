import type { ErrorInfo } from "@llorch/core";
import { expect, test } from "vitest";
import { judgeModels } from "./verdict.ts";

const gated: ErrorInfo = { code: "LLORCH_GATED", message: "gated" };
const absent: ErrorInfo = {
	code: "LLORCH_MODEL_ABSENT",
	message: "absent",
	run: ["models", "download", "bee"],
};
const wrong: ErrorInfo = {
	code: "LLORCH_DIGEST_MISMATCH",
	message: "wrong",
	run: ["models", "delete", "a"],
};
const short: ErrorInfo = { code: "LLORCH_SIZE_MISMATCH", message: "short" };
const bug: ErrorInfo = {
	code: "LLORCH_BUG",
	message: "x is undefined",
	details: { name: "TypeError" },
};

/** Models named a, bee, cat, with these ends. */
const judge = (
	wrongBytes: "any" | "all",
	...ends: readonly (ErrorInfo | undefined)[]
) =>
	judgeModels(
		ends.map((error, index) => ({
			name: ["a", "bee", "cat"][index] ?? "",
			...(error === undefined ? {} : { error }),
		})),
		wrongBytes,
	);

test("nothing failed", () => {
	expect(judge("any")).toBeUndefined();
	expect(judge("all", undefined, undefined)).toBeUndefined();
});

test("the failure of the only model is the command's", () => {
	for (const only of [gated, wrong, bug])
		for (const wrongBytes of ["any", "all"] as const)
			expect(judge(wrongBytes, only)).toBe(only);
});

test("some of many, and all of many", () => {
	expect(judge("all", undefined, gated)).toEqual({
		code: "LLORCH_SOME_FAILED",
		message: "1 of 2 models failed: bee",
		details: { failed: ["bee"] },
	});
	expect(judge("any", absent, gated)).toEqual({
		code: "LLORCH_ALL_FAILED",
		message: "2 of 2 models failed: a, bee",
		run: ["models", "download", "bee"],
		details: { failed: ["a", "bee"] },
	});
});

test("where every failure is one of integrity, that is the verdict", () => {
	for (const wrongBytes of ["any", "all"] as const) {
		expect(judge(wrongBytes, undefined, wrong, short)).toEqual({
			code: "LLORCH_DIGEST_MISMATCH",
			message: "2 of 3 models failed: bee, cat",
			run: ["models", "delete", "a"],
			details: { failed: ["bee", "cat"] },
		});
		expect(judge(wrongBytes, short, wrong)?.code).toBe("LLORCH_SIZE_MISMATCH");
	}
});

test("integrity beside other failures decides where any of it counts, and says whose bytes are wrong", () => {
	expect(judge("any", absent, wrong)).toEqual({
		code: "LLORCH_DIGEST_MISMATCH",
		message: "2 of 2 models failed: a, bee; with wrong bytes: bee",
		run: ["models", "delete", "a"],
		details: { failed: ["a", "bee"] },
	});
	expect(judge("any", undefined, wrong, gated)?.code).toBe(
		"LLORCH_DIGEST_MISMATCH",
	);
	expect(judge("all", wrong, absent)?.code).toBe("LLORCH_ALL_FAILED");
	expect(judge("all", undefined, wrong, gated)?.code).toBe(
		"LLORCH_SOME_FAILED",
	);
});

test("a bug decides, whatever else failed", () => {
	for (const wrongBytes of ["any", "all"] as const)
		for (const others of [[undefined], [gated], [wrong], [bug]])
			expect(judge(wrongBytes, ...others, bug)).toEqual({
				...bug,
				message: `${others[0] === bug ? "a" : "bee"}: x is undefined`,
			});
});
