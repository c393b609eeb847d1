import { existsSync } from "node:fs";
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
