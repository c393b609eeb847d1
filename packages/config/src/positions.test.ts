import { expect, test } from "vitest";
import { readPositions } from "./positions.ts";

const TEXT = `version = 1
[remote.hosts]
mac.port = 22
"mac mini" = { port = 1,
  user = "x" }
[[list]]
a = 1
[[list]]
a = [
  "x",
  [{ deep = 1 }],
]
`;

test.each([
	[["version"], 1, 1],
	[["remote"], 2, 2],
	[["remote", "hosts"], 2, 2],
	[["remote", "hosts", "mac"], 3, 1],
	[["remote", "hosts", "mac", "port"], 3, 5],
	[["remote", "hosts", "mac mini", "user"], 5, 3],
	[["list", 0, "a"], 7, 1],
	[["list", 1, "a", 0], 10, 3],
	[["list", 1, "a", 1, 0, "deep"], 11, 6],
	[["remote", "hosts", "mac", "absent", "deeper"], 3, 1],
])("%j stands at %i:%i", async (path, line, column) => {
	const find = await readPositions(TEXT);
	expect(find(path)).toEqual({ line, column });
});

test("what stands nowhere has no position", async () => {
	const find = await readPositions(TEXT);
	expect(find(["absent"])).toBeUndefined();
});

test("text that only one of the two parsers accepts has no positions, and is no failure", async () => {
	const find = await readPositions("day = 2024-02-30");
	expect(find(["day"])).toBeUndefined();
});
