import { expect, test } from "vitest";
import { commonPlace } from "./place.ts";

test("one file is its own place", () => {
	expect(commonPlace(["/m/a b/x.gguf"])).toBe("/m/a b/x.gguf");
});

test("several files are in the deepest folder that holds them all", () => {
	expect(commonPlace(["/m/gpt2/a", "/m/gpt2/b"])).toBe("/m/gpt2");
	expect(commonPlace(["/m/x/sub/a", "/m/x/b", "/m/x/sub/c"])).toBe("/m/x");
	expect(commonPlace(["/m/gpt2/a", "/m/gpt2-large/b"])).toBe("/m");
	expect(commonPlace(["/a", "/b/c"])).toBe("/");
});
