import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { failure } from "../hub/hub.fixture.ts";
import { makeFolder } from "./disk.ts";

let root: string;
beforeEach(async () => {
	root = await mkdtemp(join(tmpdir(), "make folder "));
});
afterEach(() => rm(root, { recursive: true, force: true }));

test("a link that leads to nothing, and a file, hold no cache", async () => {
	await symlink(join(root, "not mounted"), join(root, "away"));
	await writeFile(join(root, "file"), "");
	for (const [path, code] of [
		["away/hub", "EEXIST"],
		["file/hub", "ENOTDIR"],
	] as const)
		expect(await failure(makeFolder(join(root, path)))).toMatchObject({
			code: "LLORCH_CACHE_UNUSABLE",
			message: `${join(root, path)} cannot be used (${code})`,
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
