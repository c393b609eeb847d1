import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createCli } from "@llorch/cli/reference";
import { describe, expect, test } from "vitest";
import { root } from "../scripts/paths.ts";

type Hint = { where: string; ofDoctor: boolean; words: string[] };

/** Every `run: ["models", "download", name]` of the sources: the next command of an error. What is no literal becomes a word. */
function findHints(): Hint[] {
	const files = globSync("packages/*/src/**/*.ts", { cwd: root }).filter(
		(file) => !/\.(test|fixture)\.ts$|packages\/testkit\//.test(file),
	);
	return files.flatMap((file) => {
		const text = readFileSync(join(root, file), "utf8");
		return [...text.matchAll(/\brun: \[([^\]]*)\]/g)].map(
			({ 1: list = "", index }) => ({
				ofDoctor: /fix: \{\s*$/.test(text.slice(0, index)),
				where: `${file}:${text.slice(0, index).split("\n").length}`,
				words: list
					.split(",")
					.map((part) => part.trim())
					.filter((part) => part !== "" && !part.startsWith("..."))
					.map((part) => /^"([^"]*)"$/.exec(part)?.[1] ?? "word"),
			}),
		);
	});
}

const domains = new Set(
	createCli()
		.definitions()
		.map(({ path }) => path.split(" ")[1]),
);
// Doctor's fixes may be other programs, and have a test of their own. An action that is no literal is its command's own.
const hints = findHints().filter(
	({ words, ofDoctor }) =>
		!ofDoctor && domains.has(words[0]) && words[1] !== "word",
);

describe("the next command that an error names", () => {
	test("is found in the sources", () => {
		expect(hints.length).toBeGreaterThan(20);
	});

	test.each(hints.map(({ where, words }) => [where, words] as const))(
		"%s: llorch %j parses",
		(_where, words) => {
			// `--help` ends every hint to a page; the parser answers it with its own help command.
			const read = (stand: string) =>
				createCli().process(
					words.map((word) => (word === "word" ? stand : word)),
					{} as never,
				);
			// A word may be one of a few.
			const stands = ["word", "cpu"].filter((stand) => {
				try {
					return read(stand) !== undefined;
				} catch {
					return false;
				}
			});
			expect(stands).not.toEqual([]);
		},
	);
});
