import { expect, test } from "vitest";
import { splitCargoWords } from "./cargo-words.ts";

test("cargo's words, and behind a second -- those of the test programs", () => {
	expect(splitCargoWords([])).toEqual({ cargo: [], libtest: [] });
	expect(
		splitCargoWords(["--release", "-j", "2", "--", "--nocapture", "--lib"]),
	).toEqual({
		cargo: ["--release", "-j", "2"],
		libtest: ["--nocapture", "--lib"],
	});
});

test.each(["--message-format=short", "-p", "--lib", "--test=x", "--features"])(
	"%s is llorch's own",
	(word) => {
		expect(() => splitCargoWords([word])).toThrow("cannot stand after the --");
	},
);
