import { chmodSync, existsSync } from "node:fs";
import { join } from "node:path";
import { llorchSession, realTest } from "@llorch/testkit";
import { makeSshWorld } from "@llorch/testkit/ssh";
import { expect } from "vitest";

realTest(
	["sshd"],
	"setup is idempotent, prunes, and can be undone",
	async () => {
		await using world = await makeSshWorld({
			hosts: {
				mac: { node: true, files: { ".llorch/bin/0.0.1-old/llorch": "" } },
			},
		});
		const home = world.hosts.mac?.home ?? "";
		const llorch = llorchSession(world);
		const first = await llorch("remote setup mac --json");
		const { build } = JSON.parse(first.stdout).result;
		expect(JSON.parse(first.stdout)).toMatchObject({
			ok: true,
			result: {
				host: "mac",
				status: "installed",
				platform: `linux-${process.arch}`,
			},
		});
		expect(existsSync(join(home, ".llorch/bin", build, "llorch"))).toBe(true);
		expect(await llorch("remote setup mac")).toMatchObject({
			stdout: `mac: llorch ${build} is there already\n`,
			code: 0,
		});
		expect(await llorch("remote setup mac --prune")).toMatchObject({
			stdout: `mac: llorch ${build} is there already, 1 older build removed\n`,
		});
		expect(existsSync(join(home, ".llorch/bin/0.0.1-old"))).toBe(false);
		expect(await llorch("remote setup mac --undo")).toMatchObject({
			stdout: "mac: 1 build of llorch removed\n",
			code: 0,
		});
		expect(existsSync(join(home, ".llorch"))).toBe(false);
		expect(await llorch("remote setup mac --undo")).toMatchObject({
			stdout: "mac: there was no llorch\n",
			code: 0,
		});
	},
	60_000,
);

realTest(
	["sshd"],
	"setup says what keeps it from working, and leaves nothing",
	async () => {
		await using world = await makeSshWorld({
			hosts: { bare: {}, full: { node: true, diskBytes: 1_000_000 } },
		});
		const llorch = llorchSession(world);
		const bare = await llorch("remote setup bare");
		// Source and bundle need Node there; an executable does not.
		if (bare.code !== 0) {
			expect(bare).toMatchObject({
				code: 5,
				stderr: expect.stringContaining("LLORCH_REMOTE_WRONG_PLATFORM"),
			});
			expect(
				existsSync(join(world.hosts.bare?.home ?? "", ".llorch/bin")),
			).toBe(false);
		}
		await world.write({ "wrong cpu": "\x7fELF not for this machine" });
		chmodSync(world.path("wrong cpu"), 0o755);
		expect(
			await llorch(["remote", "setup", "bare", "--binary", "wrong cpu"]),
		).toMatchObject({
			code: 5,
			stderr: expect.stringContaining("LLORCH_REMOTE_WRONG_PLATFORM"),
		});
		await world.write({ "big file": "x".repeat(3_000_000) });
		const full = await llorch([
			"remote",
			"setup",
			"full",
			"--binary",
			"big file",
		]);
		expect(full).toMatchObject({
			code: 5,
			stderr: expect.stringContaining("LLORCH_REMOTE_DISK_FULL"),
		});
		expect(
			(await llorch(["remote", "exec", "full", "ls -A .llorch/bin"])).stdout,
		).toBe("");
	},
	60_000,
);
