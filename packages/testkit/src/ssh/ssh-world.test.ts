import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect } from "vitest";
import { realTest } from "../needs.ts";
import { realPart } from "../parts.ts";
import type { SshHost } from "./ssh-host.ts";
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

realTest(
	["sshd", "nft", "ip"],
	"an address of a host with a network of its own can be unplugged",
	async () => {
		await using world = await makeSshWorld({ hosts: { a: { network: true } } });
		const host = world.hosts.a as SshHost;
		const { file, args } = host.inside({ file: "ssh", args: [] });
		const ssh = async (address: string) => {
			const options = ["-F", world.sshConfig, "-o", "ConnectTimeout=1"];
			const where = ["-p", String(host.port), address];
			const ran = run(file, [...args, ...options, ...where, "echo in"]);
			return (await ran).stdout;
		};
		host.unplug("127.0.0.2");
		await expect(ssh("127.0.0.2")).rejects.toThrow("timed out");
		expect(await ssh("127.0.0.3")).toBe("in\n");
	},
);
