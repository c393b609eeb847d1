import type { ModelInfo } from "@llorch/catalog";
import { expect, test } from "vitest";
import { formatModelInfo } from "./model-info.ts";
import { plainStyle } from "./style.ts";

const SHA = "ab".repeat(32);
const terminal = { ...plainStyle, terminal: true, columns: 80 };

const info: ModelInfo = {
	id: "tiny",
	name: "Tiny",
	kind: "chat",
	repo: "org/tiny",
	page: "https://huggingface.co/org/tiny",
	revision: "1".repeat(40),
	license: "gemma",
	terms: "Gemma Terms of Use",
	parameters: "1.1B",
	context: 2048,
	size: 5,
	verified: true,
	changed: "It was another.",
	converts: "a GGUF",
	notes: "Small.",
	state: "ready",
	bytes: 5,
	path: "/base/tiny/t.gguf",
	sources: { license: ["a/b:LICENSE"] },
	files: [
		{
			path: "t.gguf",
			size: 5,
			sha256: SHA,
			sources: { size: ["a/b:c"] },
			disk: { state: "verified", bytes: 5, links: [] },
		},
	],
};

test("all of a model, one name and value a line", () => {
	expect(formatModelInfo(info, { sources: false, style: terminal })).toBe(
		`model       tiny
name        Tiny
kind        chat
repository  org/tiny
page        https://huggingface.co/org/tiny
revision    ${"1".repeat(40)}
licence     gemma
terms       Gemma Terms of Use
parameters  1.1B
context     2048
verified    yes
changed     It was another.
convert to  a GGUF
notes       Small.
on disk     ready, 5 B
path        /base/tiny/t.gguf
file        t.gguf, 5 B (5 bytes)
sha256      ${SHA}
`,
	);
});

test("in a pipe by tabs, with the sources where they are asked for", () => {
	const text = formatModelInfo(info, { sources: true, style: plainStyle });
	expect(text.split("\n").slice(-5)).toEqual([
		"file\tt.gguf, 5 B (5 bytes)",
		`sha256\t${SHA}`,
		"license from\ta/b:LICENSE",
		"size from\ta/b:c (t.gguf)",
		"",
	]);
});

test("what is not known is said to be unknown", () => {
	const text = formatModelInfo(
		{
			id: "hf:org/x/a",
			repo: "org/x",
			page: "https://huggingface.co/org/x",
			state: "absent",
			bytes: 0,
			files: [
				{ path: "a", disk: { state: "absent", bytes: 0, links: [] } },
				{
					path: "b",
					disk: { state: "verified", bytes: 1, sha256: SHA, links: [] },
				},
			],
		},
		{ sources: true, style: plainStyle },
	);
	expect(text).toBe(
		`model\thf:org/x/a
repository\torg/x
page\thttps://huggingface.co/org/x
on disk\tno
file\ta, size unknown, absent
sha256\tunknown
file\tb, 1 B (1 bytes), verified
sha256\t${SHA}
`,
	);
});
