import { expect, test } from "vitest";
import { findSubmodule } from "./find.ts";

const submodules = [
	{ name: "a/cutlass", fullPath: "a/cutlass" },
	{ name: "third_party/cutlass", fullPath: "a/third_party/cutlass" },
	{ name: "third_party/cutlass", fullPath: "b/third_party/cutlass" },
	{ name: "candle", fullPath: "reference/candle" },
	{ name: "other", fullPath: "candle" },
];

test("a path counts before a name, a name before the end of a path", () => {
	const find = (word: string) => findSubmodule(submodules, word).fullPath;
	expect(find("candle")).toBe("candle");
	expect(find("reference/candle/")).toBe("reference/candle");
	expect(find("./a/third_party/cutlass")).toBe("a/third_party/cutlass");
	expect(find("other")).toBe("candle");
});

test.each([
	[
		"third_party/cutlass",
		"several submodules are called third_party/cutlass: a/third_party/cutlass, b/third_party/cutlass",
	],
	[
		"cutlass",
		"several submodules end in cutlass: a/cutlass, a/third_party/cutlass, b/third_party/cutlass",
	],
])("a word that means several is refused: %s", (word, message) => {
	expect(() => findSubmodule(submodules, word)).toThrow(
		expect.objectContaining({
			info: expect.objectContaining({
				code: "LLORCH_GIT_AMBIGUOUS_SUBMODULE",
				message,
			}),
		}),
	);
});
