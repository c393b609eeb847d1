import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findNewerSource, noteUpToDate, parseDepInfo } from "./stale.ts";

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
	const crate = { folder, workspaceRoot: path("none") };
	const look = () => findNewerSource(path("app"), crate);
	expect(await look()).toBeUndefined();
	for (const name of ["app", "a.rs", "b.rs"]) await writeFile(path(name), "");
	expect(await look()).toBeUndefined();
	await writeFile(
		path("app.d"),
		`${escaped("app")}: ${escaped("a.rs")} ${escaped("b.rs")} relative.rs\n`,
	);
	await utimes(path("a.rs"), 100, 100);
	await utimes(path("b.rs"), 100, 100);
	await utimes(path("app"), 200, 200);
	expect(await look()).toBeUndefined();
	await utimes(path("b.rs"), 300, 300);
	expect(await look()).toBe(path("b.rs"));
	await rm(path("a.rs"));
	expect(await look()).toBe(path("a.rs"));
});

test("names a manifest that is newer than the program, until somebody has looked", async () => {
	const path = (name: string) => join(folder, name);
	const look = () =>
		findNewerSource(path("app"), { folder, workspaceRoot: folder });
	for (const name of ["app", "app.d", "Cargo.toml"])
		await writeFile(path(name), "");
	for (const name of ["app", "app.d"]) await utimes(path(name), 100, 100);
	await utimes(path("Cargo.toml"), 200, 200);
	expect(await look()).toBe(path("Cargo.toml"));
	await noteUpToDate(path("app"), 300_000);
	expect(await look()).toBeUndefined();
});
