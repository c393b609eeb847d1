import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLocalRunner } from "@llorch/run";
import { expect, onTestFinished, test } from "vitest";
import { findLockHolder, parseLsof, parseProcLocks } from "./lock-holder.ts";

const LOCKS = `1: POSIX  ADVISORY  READ  912 fe:00:123 1073741826 1073742335
2: FLOCK  ADVISORY  WRITE 6858 fe:00:9980777 0 EOF
2: -> FLOCK  ADVISORY  WRITE 6901 fe:00:9980777 0 EOF
3: FLOCK  ADVISORY  WRITE 0 fe:00:55 0 EOF
`;

test("the holder of a lock, and not those who wait for it", () => {
	expect(parseProcLocks(LOCKS, new Set(["9980777"]))).toEqual([6858]);
	expect(parseProcLocks(LOCKS, new Set(["123"]))).toEqual([912]);
});

test("a holder in another container has no number here", () => {
	expect(parseProcLocks(LOCKS, new Set(["55"]))).toEqual([]);
	expect(parseProcLocks(LOCKS, new Set(["77"]))).toEqual([]);
	expect(parseProcLocks("", new Set(["77"]))).toEqual([]);
});

test("lsof's answer without our own children", () => {
	const text = "p10\nR7\nccargo\nf5\np11\nR1\nccargo\nf5\n";
	expect(parseLsof(text, 7)).toEqual({ pid: 11, command: "cargo" });
	expect(parseLsof(text, 99)).toEqual({ pid: 10, command: "cargo" });
	expect(parseLsof("", 7)).toBeUndefined();
});

test("nobody holds a lock that is not there, or is free", async () => {
	const folder = await mkdtemp(join(tmpdir(), "locks "));
	onTestFinished(() => rm(folder, { recursive: true }));
	const search = {
		targetDirectory: folder,
		profile: "release",
		cargoHome: folder,
		runner: createLocalRunner({ env: {}, cwd: folder }),
		ownPid: process.pid,
		signal: new AbortController().signal,
	};
	expect(
		await findLockHolder({ ...search, lock: "artifact directory" }),
	).toBeUndefined();
	await writeFile(join(folder, ".package-cache"), "");
	expect(
		await findLockHolder({ ...search, lock: "package cache" }),
	).toBeUndefined();
});
