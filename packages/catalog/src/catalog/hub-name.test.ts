import { expect, test } from "vitest";
import { parseHubName } from "./hub-name.ts";

test.each([
	["hf:org/name/m.gguf", { repo: "org/name", path: "m.gguf" }],
	["hf:org/name/a b/m.gguf", { repo: "org/name", path: "a b/m.gguf" }],
	[
		"hf:org/name/m.gguf@v1.0",
		{ repo: "org/name", path: "m.gguf", revision: "v1.0" },
	],
	[
		"hf:org/name/m.gguf@refs/pr/1",
		{ repo: "org/name", path: "m.gguf", revision: "refs/pr/1" },
	],
	[
		"hf:org/name/m@2x.gguf@main",
		{ repo: "org/name", path: "m@2x.gguf", revision: "main" },
	],
])("%s", (name, file) => {
	expect(parseHubName(name)).toEqual(file);
});

test.each([
	"tinyllama",
	"hf:org/name",
	"hf:org/name/",
	"hf:org//m.gguf",
	"hf:org/name/../../m.gguf",
	"hf:/etc/passwd",
	"hf:org/name/m.gguf@",
	"hf:org/name/m\u0007.gguf",
])("%j names no file on the hub", (name) => {
	expect(parseHubName(name)).toBeUndefined();
});
