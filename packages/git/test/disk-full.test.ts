import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hasCode } from "@llorch/core";
import { realTest } from "@llorch/testkit";
import { makeGitWorld } from "@llorch/testkit/git";
import { expect } from "vitest";
import { finish, openGit, signal } from "./open.ts";

realTest(
	["mount"],
	"a disk that is full for git is called so, and once there is space everything goes on",
	async () => {
		await using world = await makeGitWorld();
		const upstream = await world.publish(".", {
			"large.bin": randomBytes(500_000),
		});
		const objects = world.path(".git/objects");
		const run = (...words: string[]) =>
			execFileSync(words[0] ?? "", words.slice(1));
		const kept = join(world.root, "objects");
		run("mv", objects, kept);
		run("mkdir", objects);
		run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", objects);
		try {
			run("cp", "-a", `${kept}/.`, objects);
			fill(join(objects, "filler"));
			const git = openGit(world);
			const failed = finish(git.planSync({ signal }));
			await expect(failed).rejects.toMatchObject({
				info: {
					code: "LLORCH_GIT_DISK_FULL",
					message: expect.stringMatching(/^the disk is full: origin could/),
				},
			});
			rmSync(join(objects, "filler"));
			const { value: plan } = await finish(git.planSync({ signal }));
			await finish(git.applySync(plan, { signal }));
			expect(await world.git("rev-parse", "HEAD")).toBe(`${upstream}\n`);
		} finally {
			run("umount", objects);
		}
	},
);

function fill(path: string): void {
	try {
		writeFileSync(path, Buffer.alloc(5_000_000));
	} catch (error) {
		if (!hasCode(error, "ENOSPC")) throw error;
	}
}
