import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findNewerSource, parseDepInfo } from "./stale.ts";

let folder: string;
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), "stale "));
});
afterEach(() => rm(folder, { recursive: true }));

test("a rule with blanks in its names", () => {
	expect(parseDepInfo("/t/app: /my\\ project/a.rs /b.rs\n\n/b.rs:\n")).toEqual([
		"/my project/a.rs",
		"/b.rs",
	]);
	expect(parseDepInfo("")).toEqual([]);
});

test("names a source that is newer than the program, or gone", async () => {
	const path = (name: string) => join(folder, name);
	const escaped = (name: string) => path(name).replaceAll(" ", "\\ ");
	expect(await findNewerSource(path("app"))).toBeUndefined();
	for (const name of ["app", "a.rs", "b.rs"]) await writeFile(path(name), "");
	expect(await findNewerSource(path("app"))).toBeUndefined();
	await writeFile(
		path("app.d"),
		`${escaped("app")}: ${escaped("a.rs")} ${escaped("b.rs")} relative.rs\n`,
	);
	await utimes(path("a.rs"), 100, 100);
	await utimes(path("b.rs"), 100, 100);
	await utimes(path("app"), 200, 200);
	expect(await findNewerSource(path("app"))).toBeUndefined();
	await utimes(path("b.rs"), 300, 300);
	expect(await findNewerSource(path("app"))).toBe(path("b.rs"));
	await rm(path("a.rs"));
	expect(await findNewerSource(path("app"))).toBe(path("a.rs"));
});
