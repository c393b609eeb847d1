import { mkdir, mkdtemp, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeFolders } from "./make-folders.ts";
import { inStateFolder } from "./state-folder.ts";

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

test("those that it makes have the mode, those that are there keep theirs", async () => {
	await mkdir(join(root, "a"), { mode: 0o755 });
	await makeFolders(join(root, "a/b/c"), { mode: 0o700 });
	const modes = ["a", "a/b", "a/b/c"].map(async (name) =>
		((await stat(join(root, name))).mode & 0o777).toString(8),
	);
	expect(await Promise.all(modes)).toEqual(["755", "700", "700"]);
});

test("a link to a folder is a folder", async () => {
	await symlink(root, join(root, "here"));
	await makeFolders(join(root, "here/hub"));
	expect((await stat(join(root, "hub"))).isDirectory()).toBe(true);
});

test("a link to nothing, and a file, hold nothing", async () => {
	await symlink(join(root, "not mounted"), join(root, "away"));
	await writeFile(join(root, "file"), "");
	for (const [path, code] of [
		["away/hub", "EEXIST"],
		["file", "EEXIST"],
		["file/hub", "ENOTDIR"],
		["file/a/hub", "ENOTDIR"],
	] as const)
		await expect(makeFolders(join(root, path))).rejects.toMatchObject({ code });
});

test.runIf(process.platform === "linux")(
	"comes back from a place that can hold no folders",
	async () => {
		const folder = "/proc/nope/deep/down";
		await expect(makeFolders(folder)).rejects.toMatchObject({ code: "ENOENT" });
		await expect(
			inStateFolder(folder, () => makeFolders(folder)),
		).rejects.toMatchObject({
			info: {
				code: "LLORCH_STATE_UNWRITABLE",
				details: { folder, code: "ENOENT" },
			},
		});
	},
);

test("what is no fault of the folder passes", async () => {
	const bug = new TypeError("a bug");
	await expect(inStateFolder(root, () => Promise.reject(bug))).rejects.toBe(
		bug,
	);
});
