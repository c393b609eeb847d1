import { expect, test } from "vitest";
import { coreErrors, hasCode, LlorchError, toErrorInfo } from "./errors.ts";

test("a LlorchError is its data", () => {
	const error = new LlorchError("LLORCH_USAGE", "no such thing", {
		hint: "look again",
		run: ["models", "catalog"],
		cause: new LlorchError("LLORCH_DECLINED", "no"),
	});
	expect(error.message).toBe("no such thing");
	expect(toErrorInfo(error)).toEqual({
		code: "LLORCH_USAGE",
		message: "no such thing",
		hint: "look again",
		run: ["models", "catalog"],
		cause: { code: "LLORCH_DECLINED", message: "no" },
	});
});

test("an error that came as data is the same error again", () => {
	const info = {
		code: "LLORCH_USAGE",
		message: "no",
		host: "mac",
		cause: { code: "LLORCH_BUG", message: "why" },
	};
	expect(LlorchError.from(info).info).toEqual(info);
});

test("anything else is a bug, with its name, code and stack", () => {
	const system = Object.assign(new Error("disk gone"), { code: "EIO" });
	const info = toErrorInfo(new TypeError("oops", { cause: system }));
	expect(info).toMatchObject({
		code: "LLORCH_BUG",
		message: "oops",
		details: { name: "TypeError" },
		cause: { code: "EIO", message: "disk gone" },
	});
	expect(
		new LlorchError("LLORCH_USAGE", "no", { cause: "thrown text" }).info.cause,
	).toEqual({ code: "LLORCH_BUG", message: "thrown text" });
	expect(toErrorInfo("thrown text").message).toBe("thrown text");
	expect(toErrorInfo(new Error("")).message).toBe("Error");
});

test("hasCode looks at system errors only", () => {
	const error = Object.assign(new Error("x"), { code: "ENOENT" });
	expect(hasCode(error, "EACCES", "ENOENT")).toBe(true);
	expect(hasCode(error, "ENOSPC")).toBe(false);
	expect(hasCode("ENOENT", "ENOENT")).toBe(false);
});

test("exit codes are the published ones", () => {
	expect(
		Object.fromEntries(
			Object.entries(coreErrors).map(([code, { exit }]) => [code, exit]),
		),
	).toEqual({
		LLORCH_BUG: 70,
		LLORCH_USAGE: 2,
		LLORCH_NEEDS_ANSWER: 2,
		LLORCH_DECLINED: 1,
		LLORCH_INTERRUPTED: 130,
		LLORCH_TERMINATED: 143,
		LLORCH_HUNG_UP: 129,
		LLORCH_OUTPUT_CLOSED: 141,
		LLORCH_OUTPUT_FAILED: 1,
		LLORCH_SOME_FAILED: 6,
		LLORCH_ALL_FAILED: 1,
	});
});
