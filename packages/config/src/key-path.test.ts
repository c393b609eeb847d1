import { parse } from "smol-toml";
import { expect, test } from "vitest";
import { formatKey, formatKeyPath } from "./key-path.ts";

test.each([
	[["fanout", "timeout"], "fanout.timeout"],
	[["remote", "hosts", "mac mini", "port"], 'remote.hosts."mac mini".port'],
	[["fanout", "models", 1, "name"], "fanout.models[1].name"],
	[["a.b", ""], '"a.b".""'],
])("a key path reads as TOML writes it: %j", (path, text) => {
	expect(formatKeyPath(path)).toBe(text);
});

test("a key path in a message hides what looks like a token", () => {
	expect(formatKeyPath(["models", "hf_abcdefghijklmnop"])).toBe(
		"models.hf_***",
	);
});

test.each([
	"plain-key_1",
	"with space",
	'a"b\\c',
	"é",
	"",
	"\u007f\u0001\n",
	"x.y",
])("a written key is read back: %j", (key) => {
	expect(Object.keys(parse(`${formatKey(key)} = 1`))).toEqual([key]);
});

test("a lone surrogate, which TOML cannot hold, becomes the replacement character", () => {
	expect(formatKey("a\ud800")).toBe('"a\ufffd"');
});
