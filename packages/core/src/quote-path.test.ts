import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { quotePath, quotePaths } from "./quote-path.ts";

test("a path is quoted as git quotes it, where it would not be seen as it is", () => {
	const folder = mkdtempSync(join(tmpdir(), "paths-"));
	const git = (...args: string[]) =>
		execFileSync("git", ["-c", "core.quotePath=false", ...args], {
			cwd: folder,
			encoding: "utf8",
		});
	try {
		git("init", "-q");
		const names = ["new\nline", "tab\tand\u001bescape", '"', "\u0007\u007f\\"];
		for (const name of names) writeFileSync(join(folder, name), "");
		expect(names.map(quotePath).sort()).toEqual(
			git("ls-files", "-o").trimEnd().split("\n").sort(),
		);
	} finally {
		rmSync(folder, { recursive: true });
	}
});

test("what needs no quotes stays as it is, and what only reads differently does not", () => {
	for (const path of [
		"plain",
		"with space",
		'quo"te',
		"back\\slash",
		"größe 日本",
	])
		expect(quotePath(path)).toBe(path);
	expect(quotePath("a\u202etxt.exe")).toBe('"a\\342\\200\\256txt.exe"');
});

test("of many paths the first five are named", () => {
	expect(quotePaths(["a", "b\nc"])).toBe('a, "b\\nc"');
	expect(quotePaths(["1", "2", "3", "4", "5"])).toBe("1, 2, 3, 4, 5");
	expect(quotePaths(["1", "2", "3", "4", "5", "6", "7"])).toBe(
		"1, 2, 3, 4, 5 and 2 more",
	);
});
