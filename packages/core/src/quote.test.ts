import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { formatRunSpec, quotePosix } from "./quote.ts";

test.each([
	[["ls", "-la", "/tmp/x.txt"], "ls -la /tmp/x.txt"],
	[["grep", "it's", "$HOME"], "grep 'it'\\''s' '$HOME'"],
	[[""], "''"],
	[["FOO=bar", "cmd"], "'FOO=bar' cmd"],
	[["a b", "\n", "~"], "'a b' '\n' '~'"],
])("quotePosix(%j)", (words, line) => {
	expect(quotePosix(words)).toBe(line);
});

test("any words come out of a real sh as they went in", () => {
	const word = fc
		.string({ unit: "grapheme", maxLength: 20 })
		.filter((text) => !text.includes("\0"));
	fc.assert(
		fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
			const out = execFileSync("sh", [
				"-c",
				`printf '%s\\0' ${quotePosix(words)}`,
			]);
			expect(out.toString().split("\0").slice(0, -1)).toEqual(words);
		}),
		{ numRuns: 40 },
	);
});

test("formatRunSpec shows folder, environment and input, and hides secrets", () => {
	expect(
		formatRunSpec({
			file: "llm",
			args: ["-m", "tiny model"],
			cwd: "/a b",
			env: { KEY: "hunter2", LANG: "C" },
			secretEnv: ["KEY"],
			stdin: "hi",
		}),
	).toBe("(cd '/a b' && printf %s hi | KEY='***' LANG=C llm -m 'tiny model')");
	expect(formatRunSpec({ file: "git", args: [] })).toBe("git");
});
