import { expect, test } from "vitest";
import { findLine } from "./lines.ts";

const TEXT = `# a catalog
version = 1

[[model]] # the first
id = "one"
sources . license = ["a/b:c"]

[[model.files]]
path = "one.gguf"

[[model]]
id = "two"

[[model.files]]
path = "two.gguf"
  [[ model.files ]]
  size = 5

[extra]
id = "x"
`;

test("a key's own line", () => {
	expect(findLine(TEXT, { key: "version" })).toBe(2);
	expect(findLine(TEXT, { model: 0, key: "id" })).toBe(5);
	expect(findLine(TEXT, { model: 0, key: "sources.license" })).toBe(6);
	expect(findLine(TEXT, { model: 0, file: 0, key: "path" })).toBe(9);
	expect(findLine(TEXT, { model: 1, key: "id" })).toBe(12);
	expect(findLine(TEXT, { model: 1, file: 1, key: "size" })).toBe(17);
});

test("without a line of its own, that of the file or entry around it", () => {
	expect(findLine(TEXT, { model: 0, key: "repo" })).toBe(4);
	expect(findLine(TEXT, { model: 0, file: 0, key: "id" })).toBe(8);
	expect(findLine(TEXT, { model: 1, file: 0, key: "size" })).toBe(14);
	expect(findLine(TEXT, { model: 1 })).toBe(11);
	expect(findLine(TEXT, {})).toBeUndefined();
});

test("a header that is itself the mistake", () => {
	expect(findLine("version = 1\n[[models]]\n", { key: "models" })).toBe(2);
});
