import { mkdtemp, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { failure } from "../hub/hub.fixture.ts";
import { makeFolder } from "./disk.ts";
import { makeFolders } from "./make-folders.ts";

let root: string;
beforeEach(async () => {
	root = await mkdtemp(join(tmpdir(), "make folders "));
});
afterEach(() => rm(root, { recursive: true, force: true }));

test("makes all folders on the way, also when several do so at once, and again", async () => {
	const path = join(root, "a/b/c");
	await Promise.all(Array.from({ length: 8 }, () => makeFolders(path)));
	await makeFolders(path);
	expect((await stat(path)).isDirectory()).toBe(true);
});

test("a link to a folder is a folder; one that leads to nothing holds nothing", async () => {
	await symlink(root, join(root, "here"));
	await makeFolders(join(root, "here/hub"));
	expect((await stat(join(root, "hub"))).isDirectory()).toBe(true);
	await symlink(join(root, "not mounted"), join(root, "away"));
	expect(await failure(makeFolder(join(root, "away/hub")))).toMatchObject({
		code: "LLORCH_CACHE_UNUSABLE",
		message: `${join(root, "away/hub")} cannot be used (EEXIST)`,
		details: { code: "EEXIST" },
	});
});

test("a file on the way", async () => {
	await writeFile(join(root, "file"), "");
	for (const [path, code] of [
		["file", "EEXIST"],
		["file/hub", "ENOTDIR"],
		["file/a/hub", "ENOTDIR"],
	] as const)
		expect(await failure(makeFolder(join(root, path)))).toMatchObject({
			code: "LLORCH_CACHE_UNUSABLE",
			details: { path: join(root, path), code },
		});
});

test.runIf(process.platform === "linux")(
	"a place that can hold no folders",
	async () => {
		expect(await failure(makeFolder("/proc/nope/hub"))).toMatchObject({
			code: "LLORCH_CACHE_UNUSABLE",
			message: "/proc/nope/hub cannot be used (ENOENT)",
			hint: expect.stringContaining("HF_HUB_CACHE"),
		});
	},
);
