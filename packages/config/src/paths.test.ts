import { expect, test } from "vitest";
import { expandPath, showPath } from "./paths.ts";

const home = "/home/ada";
const base = "/home/ada/llama orch";

test.each([
	["~", "/home/ada"],
	["~/models", "/home/ada/models"],
	["~other/x", "/home/ada/llama orch/~other/x"],
	[".test-models", "/home/ada/llama orch/.test-models"],
	["../x", "/home/ada/x"],
	["/srv/models/", "/srv/models"],
])("expandPath(%j) is %s", (value, expected) => {
	expect(expandPath(value, { home, base })).toBe(expected);
});

test.each([
	["/home/ada/llama orch/.llorch.toml", ".llorch.toml"],
	["/home/ada/llama orch/..odd/x", "..odd/x"],
	["/home/ada/.config/llorch/config.toml", "~/.config/llorch/config.toml"],
	["/home/ada2/x", "/home/ada2/x"],
	["/home", "/home"],
])("showPath(%j) is %s", (path, expected) => {
	expect(showPath(path, { cwd: base, home })).toBe(expected);
});
