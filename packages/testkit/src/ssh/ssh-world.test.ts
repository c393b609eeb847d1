import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect } from "vitest";
import { realTest } from "../needs.ts";
import { realPart } from "../parts.ts";
import { makeSshWorld } from "./ssh-world.ts";

const run = promisify(execFile);

realTest(["sshd", "fish"], "a host is a machine of its own", async () => {
	await using world = await makeSshWorld({
		hosts: { a: { shell: realPart("fish") }, b: { node: true } },
	});
	const ssh = async (host: string, command: string) =>
		(await run("ssh", ["-F", world.sshConfig, host, command])).stdout;
	expect(await ssh("a", "echo $HOME (pwd) $SHELL")).toBe(
		`/home/far /home/far ${realPart("fish")}\n`,
	);
	expect(
		await ssh(
			"b",
			`command -v node; ls /tmp '${world.root}' 2>/dev/null; ls -A ~`,
		),
	).toBe("/mnt/host/bin/node\n/tmp:\n");
	await expect(ssh("a", "command -v node")).rejects.toThrow();
	expect(world.hosts.a?.logins()).toBe(2);
	expect(await world.hosts.a?.quiet(1000)).toEqual([]);
});
