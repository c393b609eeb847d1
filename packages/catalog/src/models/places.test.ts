import { expect, test } from "vitest";
import { findBaseDir, readCatalog } from "./places.ts";

const inside = { root: "/repo", cwd: "/repo/sub", home: "/home/me" };
const outside = { ...inside, root: undefined };

test("links go below the repository's root, and nowhere outside of any", () => {
	expect(findBaseDir(".test-models", inside)).toBe("/repo/.test-models");
	expect(findBaseDir(".test-models", outside)).toBeUndefined();
});

test("a base folder that is not relative counts everywhere", () => {
	expect(findBaseDir("/models", outside)).toBe("/models");
	expect(findBaseDir("~/models", outside)).toBe("/home/me/models");
	expect(findBaseDir("~", inside)).toBe("/home/me");
});

test("a catalog file is meant relative to the repository, else to where we stand", async () => {
	await expect(readCatalog("mine.toml", inside)).rejects.toThrow(
		"the model catalog /repo/mine.toml cannot be read",
	);
	await expect(
		readCatalog("mine.toml", { ...outside, cwd: "/home/me/x" }),
	).rejects.toThrow("the model catalog mine.toml cannot be read");
	await expect(readCatalog("~/mine.toml", inside)).rejects.toThrow(
		"the model catalog ~/mine.toml cannot be read",
	);
	expect((await readCatalog("", inside)).models).toHaveLength(20);
});
