import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { realTest } from "@llorch/testkit";
import { makeKey, makeSshWorld } from "@llorch/testkit/ssh";
import { expect } from "vitest";
import { answering, configure, echo, remoteOf } from "../../test/world.ts";

realTest(
	["sshd"],
	"trusts what known_hosts says, and nothing else",
	async () => {
		await using world = await makeSshWorld({ hosts: { mac: {} } });
		const host = world.hosts.mac;
		const failure = async (ask?: ReturnType<typeof answering>["ask"]) => {
			await using remote = remoteOf(world, ask === undefined ? {} : { ask });
			return await echo(remote, "mac").catch((error) => error.info);
		};
		const name = `[127.0.0.1]:${host?.port}`;
		// Hashed names are known too.
		await once(
			spawn("ssh-keygen", ["-q", "-H", "-f", world.knownHosts], {
				stdio: "ignore",
			}),
			"close",
		);
		expect(readFileSync(world.knownHosts, "utf8")).not.toContain("127.0.0.1");
		expect(await failure()).toBe("in\n");
		// Unknown: nobody to ask, no, yes.
		writeFileSync(world.knownHosts, "");
		const unknown = await failure();
		expect(unknown).toMatchObject({
			code: "LLORCH_HOST_KEY_UNKNOWN",
			host: "mac",
		});
		// The command that is shown adds the key.
		const [, command = ""] = /then add it: (.*)\n/.exec(unknown.hint) ?? [];
		execFileSync("sh", ["-c", command]);
		expect(await failure()).toBe("in\n");
		writeFileSync(world.knownHosts, "");
		expect(await failure(answering([false]).ask)).toMatchObject({
			code: "LLORCH_HOST_KEY_UNKNOWN",
		});
		const { ask, asked } = answering([true]);
		expect(await failure(ask)).toBe("in\n");
		expect(asked[0]).toMatch(
			/^The key of mac is not known: ssh-ed25519 SHA256:\S{43}\. Trust it from now on\?$/,
		);
		expect(readFileSync(world.knownHosts, "utf8")).toBe(
			`${name} ${host?.publicKey}\n`,
		);
		expect(await failure()).toBe("in\n");
		// Where ssh_config wants names hashed, what is added has none, and is found again.
		const plain = readFileSync(world.sshConfig, "utf8");
		writeFileSync(world.sshConfig, `HashKnownHosts yes\n${plain}`);
		writeFileSync(world.knownHosts, "# mine");
		expect(await failure(answering([true]).ask)).toBe("in\n");
		expect(readFileSync(world.knownHosts, "utf8")).toMatch(
			/^# mine\n\|1\|\S{28}\|\S{28} ssh-ed25519 \S+\n$/,
		);
		expect(await failure()).toBe("in\n");
		writeFileSync(world.sshConfig, plain);
		// Changed, revoked: never, whatever anybody says.
		const other = makeKey(join(world.home, "other"))
			.split(" ")
			.slice(0, 2)
			.join(" ");
		writeFileSync(world.knownHosts, `# one\n${name} ${other}\n`);
		expect(await failure(answering([true]).ask)).toMatchObject({
			code: "LLORCH_HOST_KEY_CHANGED",
			details: { file: world.knownHosts, line: 2 },
		});
		writeFileSync(
			world.knownHosts,
			`@revoked * ${host?.publicKey}\n${name} ${host?.publicKey}\n`,
		);
		expect(await failure(answering([true]).ask)).toMatchObject({
			code: "LLORCH_HOST_KEY_REVOKED",
		});
		// The same through the system's ssh.
		await using openssh = remoteOf(world, { transport: "openssh" });
		await expect(echo(openssh, "mac")).rejects.toMatchObject({
			info: { code: "LLORCH_HOST_KEY_REVOKED" },
		});
		writeFileSync(world.knownHosts, "");
		await using unknownThere = remoteOf(world, { transport: "openssh" });
		await expect(echo(unknownThere, "mac")).rejects.toMatchObject({
			info: { code: "LLORCH_HOST_KEY_UNKNOWN" },
		});
	},
);

realTest(
	["sshd"],
	"does with unknown keys what ssh_config says, and never takes a changed one",
	async () => {
		await using world = await makeSshWorld({ hosts: { mac: {} } });
		const plain = readFileSync(world.sshConfig, "utf8");
		const { publicKey, port } = world.hosts.mac ?? {};
		const { ask, asked } = answering([]);
		const outcome = async (config: string, known: string) => {
			writeFileSync(world.sshConfig, plain);
			configure(world, `Match host mac\n\t${config}\nMatch all`);
			writeFileSync(world.knownHosts, known);
			await using remote = remoteOf(world, { ask });
			return await echo(remote, "mac").catch((error) => error.info.code);
		};
		const strict = (value: string) => `StrictHostKeyChecking ${value}`;
		expect(await outcome(strict("yes"), "")).toBe("LLORCH_HOST_KEY_UNKNOWN");
		for (const value of ["accept-new", "no"]) {
			expect(await outcome(strict(value), "")).toBe("in\n");
			expect(readFileSync(world.knownHosts, "utf8")).toBe(
				`[127.0.0.1]:${port} ${publicKey}\n`,
			);
			const other = makeKey(join(world.home, `other ${value}`));
			expect(
				await outcome(strict(value), `[127.0.0.1]:${port} ${other}\n`),
			).toBe("LLORCH_HOST_KEY_CHANGED");
		}
		// A known_hosts that cannot be written (here: a folder) is told, and the host reached, as ssh does.
		writeFileSync(world.sshConfig, plain);
		configure(
			world,
			`Match host mac\n\t${strict("accept-new")}\n\tUserKnownHostsFile "${world.home}"\nMatch all`,
		);
		const warnings: string[] = [];
		await using forgetful = remoteOf(world, {
			warn: (text) => warnings.push(text),
		});
		expect(await echo(forgetful, "mac")).toBe("in\n");
		expect(warnings).toEqual([
			expect.stringMatching(/^the key of mac could not be kept: EISDIR/),
		]);
		const alias = "HostKeyAlias the-mac";
		expect(await outcome(alias, `the-mac ${publicKey}\n`)).toBe("in\n");
		expect(asked).toEqual([]);
		// With an alias too, the command that is shown adds the key.
		writeFileSync(world.sshConfig, plain);
		configure(world, `Match host mac\n\t${alias}\nMatch all`);
		writeFileSync(world.knownHosts, "");
		await using unknown = remoteOf(world);
		const { info } = await echo(unknown, "mac").catch((error) => error);
		const [, command = ""] = /then add it: (.*)\n/.exec(info.hint) ?? [];
		execFileSync("sh", ["-c", command]);
		expect(await outcome(alias, readFileSync(world.knownHosts, "utf8"))).toBe(
			"in\n",
		);
		// Nothing of ours is written into everybody's file.
		const none = "UserKnownHostsFile none\n\tGlobalKnownHostsFile";
		const shared = join(world.home, "everybody");
		writeFileSync(shared, "");
		expect(
			await outcome(`${strict("accept-new")}\n\t${none} "${shared}"`, ""),
		).toBe("in\n");
		expect(readFileSync(shared, "utf8")).toBe("");
	},
);
