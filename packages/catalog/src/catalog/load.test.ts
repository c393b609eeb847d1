import type { LlorchError } from "@llorch/core";
import { expect, test } from "vitest";
import { loadCatalog } from "./load.ts";

const SHA = "0123456789abcdef".repeat(4);

/** A catalog with one good entry, with lines put in or replaced. */
function catalog(entry: string, file = `path = "m.gguf"`): string {
	return `version = 1\n[[model]]\n${entry}\n[[model.files]]\n${file}\n`;
}

const GOOD = 'id = "m"\nrepo = "org/m"';

function mistakesOf(text: string): unknown {
	try {
		loadCatalog(text, "catalog.toml");
	} catch (error) {
		const { code, details } = (error as LlorchError).info;
		expect(code).toBe("LLORCH_CATALOG_INVALID");
		return details?.problems;
	}
	return [];
}

test("an entry needs an id, a repository and a file; name, folder and place follow from them", () => {
	const { models, warnings } = loadCatalog(catalog(GOOD), "catalog.toml");
	expect(models).toEqual([
		{
			id: "m",
			name: "m",
			dir: "m",
			repo: "org/m",
			sources: {},
			files: [{ path: "m.gguf", place: "m.gguf", sources: {} }],
		},
	]);
	expect(warnings).toEqual([
		"catalog.toml:2: m is unverified: nothing citable states its revision, license, parameters, context, size, sha256",
	]);
});

test("an entry whose every fact is cited is verified", () => {
	const { warnings } = loadCatalog(
		`version = 1
[[model]]
id = "m"
repo = "org/m"
revision = "${"ab".repeat(20)}"
license = "MIT"
parameters = "1.1B"
context = 2048
sources.revision = ["a/b:c.md"]
sources.license = ["a/b:c d/e.md"]
sources.parameters = ["a/b:c.md@${"0a".repeat(20)}"]
sources.context = ["a/b:c.md"]
[[model.files]]
path = "sub/m.gguf"
place = "m.gguf"
size = 5
sha256 = "${SHA}"
sources = { size = ["a/b:c"], sha256 = ["a/b:c"] }
`,
		"catalog.toml",
	);
	expect(warnings).toEqual([]);
});

test("an entry can say itself why it is unverified", () => {
	expect(
		loadCatalog(catalog(`${GOOD}\nunverified = "nobody knows"`), "c.toml")
			.warnings,
	).toEqual(["c.toml:2: m is unverified: nobody knows"]);
});

test.each([
	["no TOML", "version = = 1", ["catalog.toml:1: invalid value"]],
	[
		"no version",
		'[[model]]\nid = "m"\nrepo = "org/m"\nfiles = [{ path = "m" }]',
		["catalog.toml: version is missing (this llorch reads version = 1)"],
	],
	[
		"another version",
		catalog(GOOD).replace("version = 1", "version = 2"),
		["catalog.toml:1: version must be 1: this catalog is for another llorch"],
	],
	[
		"no models",
		"version = 1\n",
		["catalog.toml: there must be at least one [[model]]"],
	],
	[
		"an unknown section",
		`${catalog(GOOD)}[defaults]\na = 1\n`,
		['catalog.toml: unknown key "defaults"'],
	],
	[
		"a section with a slip",
		`version = 1\n[[models]]\n${GOOD}\n`,
		[
			"catalog.toml: there must be at least one [[model]]",
			'catalog.toml:2: unknown key "models" (did you mean "model"?)',
		],
	],
	[
		"missing fields",
		catalog('name = "x"', "size = 5"),
		[
			"catalog.toml:2: model 1: id is missing",
			"catalog.toml:2: model 1: repo is missing",
			"catalog.toml:4: model 1: path is missing",
		],
	],
	[
		"no files",
		`version = 1\n[[model]]\n${GOOD}\n`,
		["catalog.toml:2: m: there must be at least one [[model.files]]"],
	],
	[
		"files that are no tables",
		`version = 1\n[[model]]\n${GOOD}\nfiles = ["m.gguf"]\n`,
		["catalog.toml:2: m: there must be at least one [[model.files]]"],
	],
	[
		"an unknown key",
		catalog(`${GOOD}\nlicence = "MIT"`, `path = "m"\nsha = 1`),
		[
			'catalog.toml:5: m: unknown key "licence" (did you mean "license"?)',
			'catalog.toml:8: m: unknown key "sha"',
		],
	],
	[
		"ids that are no words",
		catalog('id = "Tiny Llama"\nrepo = "org/m"'),
		[
			'catalog.toml:3: Tiny Llama: id must be small letters, digits, dots, dashes and underscores (got "Tiny Llama")',
		],
	],
	[
		"malformed facts",
		catalog(
			'id = "m"\nrepo = "m"\nrevision = "main"\nlicense = "my own"\nparameters = "lots"\ncontext = 0.5\nkind = "vision"\nname = "a\\nb"\ndir = "../m"',
			'path = "/etc/passwd"\nplace = "a//b"\nsize = "5 MB"\nsha256 = "ABC"',
		),
		[
			'catalog.toml:4: m: repo must be a repository on the hub, "org/name" (got "m")',
			'catalog.toml:5: m: revision must be a commit, 40 hexadecimal digits (got "main")',
			'catalog.toml:6: m: license must be one word: an SPDX identifier, or the hub\'s name for the licence (got "my own")',
			'catalog.toml:7: m: parameters must be a number like "135M" or "1.1B" (got "lots")',
			"catalog.toml:8: m: context must be a whole number above 0 (got 0.5)",
			'catalog.toml:9: m: kind must be "chat", "base" or "embedding" (got "vision")',
			'catalog.toml:10: m: name must be text on one line (got "a\\nb")',
			'catalog.toml:11: m: dir must be a relative path without .. and \\ (got "../m")',
			'catalog.toml:13: m: path must be a relative path without .. and \\ (got "/etc/passwd")',
			'catalog.toml:14: m: place must be a relative path without .. and \\ (got "a//b")',
			'catalog.toml:15: m: size must be a whole number above 0 (got "5 MB")',
			'catalog.toml:16: m: sha256 must be 64 hexadecimal digits, small letters (got "ABC")',
		],
	],
	[
		"sources that cite nothing",
		catalog(
			`${GOOD}\nlicense = "MIT"\nsources.license = ["somebody said so"]\nsources.context = ["a/b:c"]\nsources.size = ["a/b:c"]`,
			'path = "m"\nsources = 5',
		),
		[
			'catalog.toml:6: m: sources.license must be a list of public places like "owner/repository:path" (got ["somebody said so"])',
			"catalog.toml:7: m: sources.context is given, but not context",
			'catalog.toml:8: m: unknown key "sources.size"',
			"catalog.toml:11: m: sources must be a table, one key for each fact",
		],
	],
	[
		"a value too long to show",
		catalog(`id = "m"\nrepo = "${"x".repeat(99)}"`),
		[
			`catalog.toml:4: m: repo must be a repository on the hub, "org/name" (got "${"x".repeat(59)}…)`,
		],
	],
	[
		"one id twice",
		`${catalog(GOOD)}[[model]]\n${GOOD}\ndir = "other"\n[[model.files]]\npath = "m.gguf"\n`,
		['catalog.toml:8: the id "m" is there twice'],
	],
	[
		"one place twice",
		`${catalog(GOOD)}[[model.files]]\npath = "a"\nplace = "M.gguf"\n[[model]]\nid = "n"\ndir = "m"\nrepo = "org/n"\n[[model.files]]\npath = "m.gguf"\n`,
		[
			"catalog.toml:8: m: a would stand at m/M.gguf, where another of its files stands",
			"catalog.toml:15: n: m.gguf would stand at m/m.gguf, where a file of m stands",
		],
	],
])("%s", (_, text, problems) => {
	expect(mistakesOf(text)).toEqual(problems);
});

test("one mistake is the whole message, several are counted and listed", () => {
	expect(() => loadCatalog("version = 1", "c.toml")).toThrow(
		/^c\.toml: there must be at least one \[\[model\]\]$/,
	);
	expect(() => loadCatalog("", "c.toml")).toThrow(
		/^the catalog has 2 mistakes:\nc\.toml: version is missing .*\nc\.toml: there/,
	);
});
