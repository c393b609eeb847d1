import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { capture } from "@llorch/core";
import { realPart, realTest } from "@llorch/testkit";
import {
	makeKey,
	makeSshWorld,
	openControlMaster,
	type SshWorld,
	startTcpProxy,
} from "@llorch/testkit/ssh";
import { expect } from "vitest";
import {
	configure,
	echo,
	remoteOf,
	runnerOf,
	transportTo,
} from "../test/world.ts";

realTest(
	["sshd"],
	"goes through several hosts, once for all whom the way leads to",
	async () => {
		await using world = await makeSshWorld({
			hosts: { mac: {}, box: {}, gate: {}, door: {} },
		});
		configure(world, "Host mac box\n\tProxyJump gate,door");
		const remote = remoteOf(world);
		expect(
			await Promise.all([echo(remote, "mac"), echo(remote, "box")]),
		).toEqual(["in\n", "in\n"]);
		await remote.close();
		expect(Object.values(world.hosts).map((host) => host.logins())).toEqual([
			1, 1, 1, 1,
		]);
	},
);

realTest(
	["sshd"],
	"goes by the system's ssh to a host whose key exchange ssh2 lacks",
	async () => {
		const config = [
			"PasswordAuthentication no",
			"KexAlgorithms sntrup761x25519-sha512@openssh.com",
		];
		await using world = await makeSshWorld({ hosts: { mac: { config } } });
		await using auto = remoteOf(world);
		expect(await transportTo(auto, "mac")).toBe("openssh");
		expect(await echo(auto, "mac")).toBe("in\n");
		await using forced = remoteOf(world, { transport: "ssh2" });
		await expect(echo(forced, "mac")).rejects.toMatchObject({
			info: {
				code: "LLORCH_HOST_NOT_SSH",
				hint: expect.stringContaining("openssh"),
			},
		});
	},
);

realTest(["sshd"], "uses the system's ssh when told to", async () => {
	await using world = await makeSshWorld({ hosts: { mac: {} } });
	await using forced = remoteOf(world, { transport: "openssh" });
	const [host] = forced.hosts("mac").hosts;
	const session = await forced.session(host ?? { name: "", profile: {} });
	expect(session.connection.description).toBe("openssh");
	const ran = await capture(session.runner, {
		file: "sh",
		args: ["-c", "cat; echo no >&2; exit 3"],
		stdin: "it's\n",
	});
	expect(ran).toEqual({
		stdout: "it's\n",
		stderr: "no\n",
		result: { exitCode: 3 },
	});
	expect(world.hosts.mac?.logins()).toBe(1);
	await forced.close();
	expect(await world.hosts.mac?.quiet(3000)).toEqual([]);
});

realTest(
	["sshd", "nc"],
	"leaves a ProxyCommand to the system's ssh, also that of a host on the way",
	async () => {
		await using made = await makeSshWorld({ hosts: { mac: {}, gate: {} } });
		const { gate } = made.hosts;
		// OpenSSH 9.2 hands the path after -F on to the ssh of a ProxyJump without quotes: it must not have a space.
		const world = { ...made, sshConfig: join(gate?.folder ?? "", "config") };
		copyFileSync(made.sshConfig, world.sshConfig);
		configure(world, `Host gate\n\tProxyCommand nc 127.0.0.1 ${gate?.port}`);
		await using direct = remoteOf(world);
		expect(await transportTo(direct, "gate")).toBe("openssh");
		expect(await echo(direct, "gate")).toBe("in\n");
		configure(world, "Host mac\n\tProxyJump gate");
		await using jumping = remoteOf(world);
		expect(await transportTo(jumping, "mac")).toBe("openssh");
		expect(await echo(jumping, "mac")).toBe("in\n");
		await using forced = remoteOf(world, { transport: "ssh2" });
		await expect(echo(forced, "mac")).rejects.toMatchObject({
			info: { code: "LLORCH_HOST_UNREACHABLE", host: "mac" },
		});
	},
);

/** Has an authority of ours, whose public half is returned, sign a key: `*-cert.pub` beside it. */
function sign(world: SshWorld, key: string, options: readonly string[]) {
	const authority = join(world.home, "authority");
	const publicKey = existsSync(authority)
		? readFileSync(`${authority}.pub`, "utf8").trim()
		: makeKey(authority);
	const words = ["-q", "-s", authority, "-I", "test", ...options, key];
	execFileSync(realPart("ssh-keygen"), words);
	return publicKey;
}

realTest(
	["sshd"],
	"logs in with a certificate, and to a host that only an authority vouches for",
	async () => {
		const config = [
			"PasswordAuthentication no",
			"TrustedUserCAKeys /mnt/host/authority.pub",
			"HostCertificate /mnt/host/hostkey-cert.pub",
		];
		await using world = await makeSshWorld({ hosts: { mac: { config } } });
		const { folder = "", port } = world.hosts.mac ?? {};
		const authority = sign(world, `${world.key}.pub`, ["-n", "root"]);
		writeFileSync(join(folder, "authority.pub"), `${authority}\n`);
		writeFileSync(join(folder, "authorized_keys"), "");
		await using user = remoteOf(world);
		expect(await transportTo(user, "mac")).toBe("openssh");
		sign(world, join(folder, "hostkey.pub"), ["-h", "-n", "127.0.0.1"]);
		writeFileSync(
			world.knownHosts,
			`@cert-authority [127.0.0.1]:${port} ${authority}\n`,
		);
		await using host = remoteOf(world);
		expect(await transportTo(host, "mac")).toBe("openssh");
		expect(await echo(host, "mac")).toBe("in\n");
		await using forced = remoteOf(world, { transport: "ssh2" });
		await expect(echo(forced, "mac")).rejects.toMatchObject({
			info: {
				code: "LLORCH_HOST_KEY_UNKNOWN",
				message: expect.stringContaining("only an authority vouches for mac"),
			},
		});
	},
);

realTest(
	["sshd"],
	"ends a connection of the system's ssh also when its first signal is lost",
	async () => {
		await using world = await makeSshWorld({ hosts: { mac: {} } });
		const signals = join(world.root, "signals");
		await world.program(
			"ssh",
			`#!/bin/sh
case " $* " in *" -M "*) ;; *) exec '${realPart("ssh")}' "$@" ;; esac
trap 'echo TERM >>"${signals}"; if [ "$(wc -l <"${signals}")" -ge 2 ]; then exit; fi' TERM
echo ready
while :; do sleep 0.05; done
`,
		);
		await using remote = remoteOf(world, { transport: "openssh" });
		await runnerOf(remote, "mac");
		await remote.close();
		expect(readFileSync(signals, "utf8")).toBe("TERM\nTERM\n");
	},
);

realTest(["sshd"], "uses a live ControlMaster: no new login", async () => {
	await using world = await makeSshWorld({ hosts: { mac: {} } });
	configure(world, `Host mac\n\tControlPath "${join(world.root, "control")}"`);
	await using _master = await openControlMaster(world.sshConfig, "mac");
	await using remote = remoteOf(world);
	const [ref] = remote.hosts("mac").hosts;
	const { connection } = await remote.session(ref ?? { name: "", profile: {} });
	expect(connection.description).toBe("openssh (ControlMaster)");
	expect(await echo(remote, "mac")).toBe("in\n");
	expect(world.hosts.mac?.logins()).toBe(1);
});

realTest(
	["sshd"],
	"over a live ControlMaster nobody logs in anew past MaxSessions",
	async () => {
		await using world = await makeSshWorld({
			hosts: {
				mac: { config: ["PasswordAuthentication no", "MaxSessions 2"] },
			},
		});
		const mac = world.hosts.mac;
		configure(
			world,
			`Host mac\n\tControlPath "${join(world.root, "control-%C")}"`,
		);
		await using _master = await openControlMaster(world.sshConfig, "mac");
		const words = ["one", "two", "three"];
		{
			await using remote = remoteOf(world, { lease: 2 });
			const runner = await runnerOf(remote, "mac");
			const said = await Promise.all(
				words.map((word) => capture(runner, { file: "echo", args: [word] })),
			);
			expect(said.map(({ stdout }) => stdout)).toEqual(
				words.map((word) => `${word}\n`),
			);
			expect(mac?.logins()).toBe(1);
		}
	},
	30_000,
);

realTest(
	["sshd"],
	"what ssh_config has for a person's own session is no matter to the system's ssh",
	async () => {
		await using world = await makeSshWorld({ hosts: { mac: {} } });
		configure(
			world,
			`Host mac\n\tRemoteCommand sleep 1000\n\tRequestTTY yes\n\tLocalForward ${world.hosts.mac?.port} 127.0.0.1:1\n\tExitOnForwardFailure yes`,
		);
		await using remote = remoteOf(world, { transport: "openssh" });
		expect(await echo(remote, "mac")).toBe("in\n");
	},
);

realTest(
	["sshd"],
	"a signal is told by the system's ssh too, and only the program's own words are heard",
	async () => {
		await using world = await makeSshWorld({ hosts: { mac: {} } });
		await using remote = remoteOf(world, { transport: "openssh" });
		const runner = await runnerOf(remote, "mac");
		const run = (script: string) =>
			capture(runner, { file: "sh", args: ["-c", script] });
		expect(await run("echo out; echo err >&2; kill -9 $$")).toEqual({
			stdout: "out\n",
			stderr: "err\n",
			result: { exitCode: 137 },
		});
		expect((await run("kill -TERM $$")).result).toEqual({ exitCode: 143 });
		expect((await run("exit 255")).result).toEqual({ exitCode: 255 });
	},
);

realTest(
	["sshd"],
	"keeps to the host keys, revoked keys and ways to log in that ssh_config names",
	async () => {
		await using world = await makeSshWorld({ hosts: { mac: {} } });
		const plain = readFileSync(world.sshConfig, "utf8");
		const outcome = async (line: string, transport: string) => {
			writeFileSync(
				world.sshConfig,
				`Match host mac\n\t${line}\nMatch all\n${plain}`,
			);
			await using remote = remoteOf(world, { transport });
			return await echo(remote, "mac").catch((error) => error.info.code);
		};
		const revoked = join(world.home, "revoked");
		writeFileSync(revoked, `${world.hosts.mac?.publicKey}\n`);
		expect(await outcome(`RevokedHostKeys "${revoked}"`, "auto")).toBe(
			"LLORCH_HOST_KEY_REVOKED",
		);
		expect(await outcome("HostKeyAlgorithms ssh-ed25519", "ssh2")).toBe("in\n");
		expect(await outcome("HostKeyAlgorithms rsa-sha2-512", "ssh2")).toBe(
			"LLORCH_HOST_NOT_SSH",
		);
		for (const line of [
			"PubkeyAuthentication no",
			"PreferredAuthentications password",
		])
			expect(await outcome(line, "ssh2")).toBe("LLORCH_LOGIN_REFUSED");
	},
);

realTest(["sshd"], "says which way a host cannot be reached", async () => {
	await using world = await makeSshWorld({ hosts: { mac: {} } });
	await using silent = await startTcpProxy(world.hosts.mac?.port ?? 0, {
		silent: true,
	});
	const web = createServer((socket) =>
		socket.on("error", () => {}).end("HTTP/1.1 400 no\r\n\r\n"),
	);
	await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
	const address = web.address();
	const webPort = typeof address === "object" && address ? address.port : 0;
	const code = async (name: string, transport = "ssh2") => {
		await using remote = remoteOf(world, { connect_timeout: 0.4, transport });
		return await echo(remote, name).catch(
			(error) => error.info?.code ?? String(error),
		);
	};
	expect(await code("127.0.0.1:1")).toBe("LLORCH_HOST_REFUSED");
	expect(await code("127.0.0.1:1", "openssh")).toBe("LLORCH_HOST_REFUSED");
	expect(await code(`127.0.0.1:${silent.port}`)).toBe("LLORCH_HOST_SILENT");
	configure(world, "Host quick\n\tConnectTimeout 1\n\tHostName 127.0.0.1");
	const quick = { host: "quick", port: silent.port };
	await using patient = remoteOf(world, { hosts: { quick } });
	await expect(echo(patient, "quick")).rejects.toThrow(
		"did not answer within 1 s",
	);
	// A host on the way may wait for a dead one for minutes; we do not.
	configure(world, "Host behind\n\tProxyJump mac\n\tHostName 192.0.2.1");
	expect(await code("behind")).toMatch(/^LLORCH_HOST_(SILENT|UNREACHABLE)$/);
	expect(await code("no-such-host.invalid")).toBe("LLORCH_HOST_UNKNOWN");
	expect(await code(`127.0.0.1:${webPort}`)).toBe("LLORCH_HOST_NOT_SSH");
	writeFileSync(world.sshConfig, "Nonsense yes\n");
	expect(await code("mac")).toBe("LLORCH_SSH_CONFIG_INVALID");
	web.close();
});
