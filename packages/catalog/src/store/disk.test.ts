import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { failure } from "../hub/hub.fixture.ts";
import { explainDisk, needSpace } from "./disk.ts";

test("no room: the next command stands in one place only, where it can be given the host it is for", async () => {
	const path = `${tmpdir()}/not there/yet`;
	const refused = await failure(needSpace(path, 9e15, "tiny"));
	expect(refused).toMatchObject({
		code: "LLORCH_DISK_FULL",
		hint: "Free some space, or set HF_HUB_CACHE to a folder on a larger disk.",
		run: ["models", "disk-usage"],
	});
	await needSpace(path, 1, "tiny");
});

const system = (code: string, syscall: string) =>
	Object.assign(new Error(code), { code, syscall });

test("what the system refuses is the cache's, with what is left of a download", () => {
	for (const code of ["EACCES", "EPERM", "EROFS", "ENOTDIR", "EIO"])
		expect(
			explainDisk(system(code, "open"), "/hub", "5 B are kept"),
		).toMatchObject({
			info: {
				code: "LLORCH_CACHE_UNUSABLE",
				message: `/hub cannot be used (${code}); 5 B are kept`,
				details: { path: "/hub", code },
			},
		});
});

test("what has just gone is not the disk's fault, a folder that cannot be made is", () => {
	const gone = system("ENOENT", "open");
	expect(explainDisk(gone, "/hub")).toBe(gone);
	expect(explainDisk(system("ENOENT", "mkdir"), "/hub")).toMatchObject({
		info: { code: "LLORCH_CACHE_UNUSABLE", details: { code: "ENOENT" } },
	});
});
