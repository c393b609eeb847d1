import { expect, test } from "vitest";
import { formatOrigin, type Origin } from "./config.ts";

test.each<[Origin, string]>([
	[{ kind: "default" }, "default"],
	[{ kind: "env", name: "NO_COLOR" }, "NO_COLOR"],
	[{ kind: "flag", name: "--parallel" }, "--parallel"],
	[{ kind: "user", path: "/x/config.toml" }, "/x/config.toml"],
	[{ kind: "project", path: "/x/.llorch.toml", line: 3 }, "/x/.llorch.toml:3"],
])("the origin %j reads: %s", (origin, text) => {
	expect(formatOrigin(origin)).toBe(text);
});

test("an origin's path can be shortened", () => {
	expect(
		formatOrigin({ kind: "file", path: "/home/x.toml", line: 1 }, (path) =>
			path.replace("/home", "~"),
		),
	).toBe("~/x.toml:1");
});
