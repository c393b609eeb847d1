import { expect, test } from "vitest";
import { redact, redactWords } from "./redact.ts";
import { sanitize } from "./sanitize.ts";

test.each([
	["\u001b[31mred\u001b[0m", "red"],
	["\u001b]0;title\u0007text", "text"],
	["\u001b]8;;http://evil\u001b\\link\u001b]8;;\u001b\\", "link"],
	["\u009b2Jclear", "clear"],
	["tab\tnew\nline\rback\bspace\u0000", "tab\tnew\nlinebackspace"],
	["\u202Egnp.exe", "gnp.exe"],
	["half an escape \u001b[", "half an escape "],
	["grüße 🙂", "grüße 🙂"],
])("sanitize(%j)", (dirty, clean) => {
	expect(sanitize(dirty)).toBe(clean);
});

test.each([
	[
		"https://me:pw@host/x and http://host/",
		"https://***@host/x and http://host/",
	],
	["Authorization: Bearer abcdefghij", "Authorization: Bearer ***"],
	["token hf_abcdefghijklmnop!", "token hf_***!"],
	["sk-proj-1234567890 used", "sk-*** used"],
	["https://me:\u001b[31mpw@host", "https://***@host"],
])("redact(%j)", (text, shown) => {
	expect(redact(text)).toBe(shown);
});

test("the words of a command line lose what follows --key and its like", () => {
	expect(
		redactWords([
			"-m",
			"x",
			"--key",
			"abc",
			"--api-token=def",
			"--keys",
			"all",
		]),
	).toEqual(["-m", "x", "--key", "***", "--api-token=***", "--keys", "all"]);
});
