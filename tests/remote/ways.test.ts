import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { llorchSession, llorchTty, realTest } from "@llorch/testkit";
import {
	type KeyOptions,
	makeKey,
	makeSshWorld,
	openControlMaster,
	type SshHost,
	type SshWorld,
} from "@llorch/testkit/ssh";
import { expect } from "vitest";

// The ways to a host, as somebody at a desk meets them.

const EXEC = ["remote", "exec", "--no-tty", "mac", "echo in"];
const IN = { stdout: "in\n", stderr: "", code: 0 };

/** Adds lines to the beginning of our ssh_config, where they win. */
function configure(world: SshWorld, text: string): void {
	const before = readFileSync(world.sshConfig, "utf8");
	writeFileSync(world.sshConfig, `${text}\n${before}`);
}

/** A world whose host `mac` lets in one key only. */
async function worldWith(options: KeyOptions): Promise<SshWorld> {
	const world = await makeSshWorld({ hosts: { mac: {} } });
	const key = join(world.home, ".ssh/my key");
	writeFileSync(
		join((world.hosts.mac as SshHost).folder, "authorized_keys"),
		`${makeKey(key, options)}\n`,
	);
	const before = readFileSync(world.sshConfig, "utf8");
	writeFileSync(world.sshConfig, before.replaceAll(world.key, key));
	return world;
}

/** What `remote hosts test` finds of a host. */
async function tested(world: SshWorld) {
	const run = await llorchSession(world)("remote hosts test mac --json");
	return JSON.parse(run.stdout).result.hosts[0].result;
}

realTest(
	["sshd", "python3"],
	"a passphrase is asked for on the terminal, and not shown",
	async () => {
		await using world = await worldWith({ passphrase: "se cret" });
		const run = llorchTty(world, EXEC);
		await run.waitFor(/\[mac\] Passphrase of .*my key: $/);
		run.send("wrong\r");
		await run.waitFor(/my key: \n.*my key: $/);
		run.send("se cret\r");
		const { text, code, restored } = await run.done;
		expect({ code, restored }).toEqual({ code: 0, restored: true });
		expect(text).toMatch(/my key: \nin\n$/);
		expect(text).not.toMatch(/wrong|cret/);
	},
);

realTest(["sshd"], "an old PEM key, and RSA with SHA-2", async () => {
	await using world = await worldWith({ type: "rsa", format: "PEM" });
	expect(await llorchSession(world)(EXEC)).toMatchObject(IN);
});

realTest(["sshd"], "ProxyJump", async () => {
	await using world = await makeSshWorld({
		hosts: { mac: {}, gate: {}, door: {} },
	});
	configure(world, "Host mac\n\tProxyJump gate,door");
	expect(await tested(world)).toMatchObject({ transport: "ssh2" });
	expect(await llorchSession(world)(EXEC)).toMatchObject(IN);
	for (const host of Object.values(world.hosts)) expect(host.logins()).toBe(2);
});

realTest(["sshd"], 'transport = "openssh"', async () => {
	await using world = await makeSshWorld({ hosts: { mac: {} } });
	const config = await world.read("~/.config/llorch/config.toml");
	await world.write({
		"~/.config/llorch/config.toml": `${config}[remote.hosts.mac]\ntransport = "openssh"\n`,
	});
	expect(await tested(world)).toMatchObject({ transport: "openssh" });
	expect(await llorchSession(world)(EXEC)).toMatchObject(IN);
	expect(world.hosts.mac?.logins()).toBe(2);
});

realTest(["sshd"], "a key that was revoked", async () => {
	await using world = await makeSshWorld({ hosts: { mac: {} } });
	const known = readFileSync(world.knownHosts, "utf8");
	const { publicKey } = world.hosts.mac as SshHost;
	writeFileSync(world.knownHosts, `${known}@revoked * ${publicKey}\n`);
	const { stderr, code } = await llorchSession(world)(
		"config path --remote mac",
	);
	expect(stderr).toMatch(
		/^error: \[mac\] mac shows a key that was revoked: ssh-ed25519 SHA256:\S+ \(LLORCH_HOST_KEY_REVOKED\)\n {2}It is marked @revoked in .*known_hosts:2\. /,
	);
	expect(code).toBe(5);
});

realTest(
	["sshd"],
	"a live ControlMaster is used, and without one there is one login for each invocation",
	async () => {
		await using world = await makeSshWorld({ hosts: { mac: {} } });
		const mac = world.hosts.mac as SshHost;
		const llorch = llorchSession(world);
		expect(await llorch(EXEC)).toMatchObject(IN);
		expect(await llorch(EXEC)).toMatchObject(IN);
		expect(mac.logins()).toBe(2);
		configure(
			world,
			`Host mac\n\tControlPath "${join(world.root, "control")}"`,
		);
		await using _master = await openControlMaster(world.sshConfig, "mac");
		expect(await tested(world)).toMatchObject({
			transport: "openssh (ControlMaster)",
		});
		expect(await llorch(EXEC)).toMatchObject(IN);
		expect(mac.logins()).toBe(3);
	},
);

realTest(
	["sshd"],
	"a project's own file names no ssh_config, which could run programs here",
	async () => {
		await using world = await makeSshWorld({ hosts: { mac: {} } });
		const ran = world.path("ran");
		await world.git("init", "--quiet");
		await world.write({
			evil: `Match exec "touch '${ran}'"\n`,
			".llorch.toml": `version = 1\n[remote]\nssh_config = "${world.path("evil")}"\n`,
		});
		const { stderr } = await llorchSession(world)(EXEC);
		expect(stderr).toMatch(
			/^warning: remote\.ssh_config of .*\.llorch\.toml is not used: an ssh_config can run programs/,
		);
		expect(existsSync(ran)).toBe(false);
	},
);
