import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { quotePosix } from "@llorch/core";
import { systemClock } from "@llorch/run";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { failure } from "../hub/hub.fixture.ts";
import { openStateFile } from "./state-file.ts";

let folder: string;
let path: string;
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), "it's a state "));
	path = join(folder, "deep", "table.json");
});
afterEach(() => rm(folder, { recursive: true }));

const open = (kept: "memory" | "promise" = "memory") =>
	openStateFile<number>({ path, kept, clock: systemClock });

describe("a state file", () => {
	test("keeps entries, under a version", async () => {
		const file = open();
		expect(await file.read()).toEqual({});
		await file.update("a", () => 1);
		await file.update("b", (before) => (before ?? 10) + 1);
		await file.update("a", () => undefined);
		expect(JSON.parse(await readFile(path, "utf8"))).toEqual({
			version: 1,
			entries: { b: 11 },
		});
		expect(await open().read()).toEqual({ b: 11 });
		expect(await readdir(join(folder, "deep"))).toEqual(["table.json"]);
	});

	test("loses no change of several writers", async () => {
		const count = 20;
		await Promise.all(
			Array.from({ length: count }, () =>
				open().update("n", (before = 0) => before + 1),
			),
		);
		expect(await open().read()).toEqual({ n: count });
	});

	test("is not written when nothing changes", async () => {
		await open().update("a", (before) => before);
		expect(await readdir(folder)).toEqual([]);
	});

	test.each(["", "[]", "null", '{"version": 2, "entries": {"a": 1}}'])(
		"that is %j is an error where others rely on it, and is left alone",
		async (text) => {
			await open().update("a", () => 1);
			await writeFile(path, text);
			const file = open("promise");
			for (const use of [() => file.read(), () => file.update("a", () => 5)])
				expect(await failure(use())).toMatchObject({
					code: "LLORCH_STATE_UNREADABLE",
					hint: expect.stringContaining(
						quotePosix(["mv", path, `${path}.old`]),
					),
					details: { path },
				});
			expect(await readFile(path, "utf8")).toBe(text);
		},
	);

	test("says so when its folder cannot be used", async () => {
		await writeFile(join(folder, "file"), "");
		path = join(folder, "file", "table.json");
		for (const kept of ["memory", "promise"] as const)
			for (const use of [
				() => open(kept).read(),
				() => open(kept).update("a", () => 1),
			])
				expect(await failure(use())).toMatchObject({
					code: "LLORCH_STATE_UNWRITABLE",
					message: expect.stringContaining(join(folder, "file")),
					details: { code: "ENOTDIR" },
				});
	});

	test("that only saves work begins anew when it is damaged, but is left to a newer llorch", async () => {
		await open().update("a", () => 1);
		await writeFile(path, "{");
		expect(await open().read()).toEqual({});
		await open().update("a", () => 5);
		expect(await open().read()).toEqual({ a: 5 });
		const newer = '{"version": 2, "entries": {"a": 1}}';
		await writeFile(path, newer);
		expect(await open().read()).toEqual({});
		await open().update("a", () => 6);
		expect(await readFile(path, "utf8")).toBe(newer);
	});
});
