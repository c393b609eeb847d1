import { expect, test } from "vitest";
import { formatError } from "./error.ts";
import { plainStyle } from "./style.ts";

test("an error says what happened, what helps, and what to run next", () => {
	expect(
		formatError(
			{
				code: "LLORCH_DIGEST_MISMATCH",
				message: "tiny\u001b[31m.gguf is not the file",
				hint: "Ask who published it.\nKeep the old one.",
				run: ["models", "download", "my model"],
				host: "mac",
			},
			plainStyle,
		),
	).toBe(
		"error: [mac] tiny.gguf is not the file (LLORCH_DIGEST_MISMATCH)\n  Ask who published it.\n  Keep the old one.\n  next: llorch models download 'my model'\n",
	);
});

test("an interruption needs no explanation, unless there is one", () => {
	const info = { code: "LLORCH_INTERRUPTED", message: "interrupted" };
	expect(formatError(info, plainStyle)).toBe("error: interrupted\n");
	expect(formatError({ ...info, hint: "4 MB are kept" }, plainStyle)).toBe(
		"error: interrupted\n  4 MB are kept\n",
	);
});

test("a bug asks to be reported, and shows no stack", () => {
	const text = formatError(
		{
			code: "LLORCH_BUG",
			message: "x is undefined",
			details: { stack: "at y" },
		},
		plainStyle,
	);
	expect(text).toContain("error: x is undefined (LLORCH_BUG)\n");
	expect(text).toContain("report it");
	expect(text).not.toContain("at y");
});
