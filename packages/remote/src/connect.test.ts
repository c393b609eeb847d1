import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
	appendFileSync,
	copyFileSync,
	existsSync,
	readFileSync,
	writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { capture } from "@llorch/core";
import { realPart, realTest } from "@llorch/testkit";
import {
	makeKey,
	makeSshWorld,
	type SshWorld,
	startTcpProxy,
} from "@llorch/testkit/ssh";
import ssh2 from "ssh2";
import { expect, test } from "vitest";
import { answering, remoteOf, runnerOf } from "../test/world.ts";
import type { Remote } from "./remote.ts";

const echo = async (remote: Remote, name: string) =>
	(await capture(await runnerOf(remote, name), { file: "echo", args: ["in"] }))
		.stdout;

/** Makes `mac` take only this key, and our ssh_config offer it. */
function useKey(
	world: SshWorld,
	options: Parameters<typeof makeKey>[1],
): string {
	const key = join(world.home, ".ssh", "other key");
	const publicKey = makeKey(key, options);
	const host = world.hosts.mac;
	writeFileSync(join(host?.folder ?? "", "authorized_keys"), `${publicKey}\n`);
	writeFileSync(
		world.sshConfig,
		readFileSync(world.sshConfig, "utf8").replaceAll(world.key, key),
	);
	return key;
}

realTest(["sshd"], "logs in with every kind of key", async () => {
	for (const options of [
		{ type: "rsa" },
		{ type: "rsa", format: "PEM" },
		{ type: "ecdsa" },
		{ type: "ecdsa", format: "PEM" },
	] as const) {
		await using world = await makeSshWorld({ hosts: { mac: {} } });
		useKey(world, options);
		await using remote = remoteOf(world, { transport: "ssh2" });
		expect(await echo(remote, "mac")).toBe("in\n");
		// RSA with SHA-1 is refused by OpenSSH since 8.8, so this was SHA-2.
	}
});

realTest(
	["sshd"],
	"asks for a passphrase once, and only when the host takes the key",
	async () => {
		await using world = await makeSshWorld({ hosts: { mac: {}, box: {} } });
		const key = useKey(world, { passphrase: "se cret" });
		writeFileSync(
			join(world.hosts.box?.folder ?? "", "authorized_keys"),
			`${readFileSync(`${key}.pub`, "utf8")}\n`,
		);
		const { ask, asked } = answering(["wrong", "se cret"]);
		await using remote = remoteOf(world, { ask });
		expect(
			await Promise.all([echo(remote, "mac"), echo(remote, "box")]),
		).toEqual(["in\n", "in\n"]);
		expect(asked).toEqual([`Passphrase of ${key}:`, `Passphrase of ${key}:`]);
		await using nobodyThere = remoteOf(world);
		await expect(echo(nobodyThere, "mac")).rejects.toMatchObject({
			info: { code: "LLORCH_LOGIN_KEY_LOCKED", host: "mac" },
		});
		// A key that the host does not want is not unlocked.
		writeFileSync(join(world.hosts.mac?.folder ?? "", "authorized_keys"), "");
		await using refused = remoteOf(world);
		await expect(echo(refused, "mac")).rejects.toMatchObject({
			info: { code: "LLORCH_LOGIN_REFUSED" },
		});
	},
);

realTest(["sshd", "ssh-agent"], "logs in with the agent", async () => {
	await using world = await makeSshWorld({ hosts: { mac: {} } });
	const key = useKey(world, { type: "rsa" });
	const socket = join(world.root, "agent");
	const agent = spawn(realPart("ssh-agent"), ["-D", "-a", socket], {
		stdio: ["ignore", "pipe", "ignore"],
	});
	try {
		await once(agent.stdout, "data");
		const env = { ...world.env, SSH_AUTH_SOCK: socket };
		await once(
			spawn("ssh-add", ["-q", key], { env, stdio: "ignore" }),
			"close",
		);
		writeFileSync(
			world.sshConfig,
			readFileSync(world.sshConfig, "utf8").replace(
				"IdentityAgent none",
				`IdentityAgent "${socket}"`,
			),
		);
		// Only the public half is left here.
		writeFileSync(key, "");
		writeFileSync(
			world.sshConfig,
			readFileSync(world.sshConfig, "utf8").replace(
				"IdentitiesOnly yes",
				"IdentitiesOnly no",
			),
		);
		await using remote = remoteOf(world);
		expect(await echo(remote, "mac")).toBe("in\n");
	} finally {
		agent.kill();
	}
});

realTest(["sshd"], "goes through several hosts", async () => {
	await using world = await makeSshWorld({
		hosts: { mac: {}, gate: {}, door: {} },
	});
	writeFileSync(
		world.sshConfig,
		`Host mac\n\tProxyJump gate,door\n${readFileSync(world.sshConfig, "utf8")}`,
	);
	const remote = remoteOf(world);
	expect(await echo(remote, "mac")).toBe("in\n");
	await remote.close();
	expect(Object.values(world.hosts).map((host) => host.logins())).toEqual([
		1, 1, 1,
	]);
	const text = world.hosts.mac?.log() ?? "";
	expect(text).toContain("Accepted publickey");
});

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

/** Adds lines to the beginning of our ssh_config, where they win. */
function configure(world: SshWorld, text: string): void {
	writeFileSync(
		world.sshConfig,
		`${text}\n${readFileSync(world.sshConfig, "utf8")}`,
	);
}

const transportTo = async (remote: Remote, name: string) => {
	const [ref] = remote.hosts(name).hosts;
	if (ref === undefined) throw new Error("no host");
	return (await remote.session(ref)).connection.transport;
};

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

realTest(["sshd"], "uses a live ControlMaster: no new login", async () => {
	await using world = await makeSshWorld({ hosts: { mac: {} } });
	const control = join(world.root, "control");
	writeFileSync(
		world.sshConfig,
		`Host mac\n\tControlPath "${control}"\n${readFileSync(world.sshConfig, "utf8")}`,
	);
	const master = spawn("ssh", ["-F", world.sshConfig, "-M", "-N", "mac"], {
		stdio: "ignore",
	});
	while (world.hosts.mac?.logins() === 0)
		await new Promise((resolve) => setTimeout(resolve, 20));
	await using remote = remoteOf(world);
	const [ref] = remote.hosts("mac").hosts;
	const { connection } = await remote.session(ref ?? { name: "", profile: {} });
	expect(connection.description).toBe("openssh (ControlMaster)");
	expect(await echo(remote, "mac")).toBe("in\n");
	expect(world.hosts.mac?.logins()).toBe(1);
	await remote.close();
	master.kill();
	await once(master, "close");
});

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
		expect(unknown.hint).toContain(
			`ssh-keyscan -t ed25519 -p ${host?.port} 127.0.0.1 >> `,
		);
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
	expect(await code("no-such-host.invalid")).toBe("LLORCH_HOST_UNKNOWN");
	expect(await code(`127.0.0.1:${webPort}`)).toBe("LLORCH_HOST_NOT_SSH");
	writeFileSync(world.sshConfig, "Nonsense yes\n");
	expect(await code("mac")).toBe("LLORCH_SSH_CONFIG_INVALID");
	web.close();
});

/** ssh2's own server, for what sshd does not do on request. */
async function faultyServer(onClient: (client: ssh2.Connection) => void) {
	const { private: hostKey } = ssh2.utils.generateKeyPairSync("ed25519");
	const server = new ssh2.Server({ hostKeys: [hostKey] }, (client) => {
		client.on("error", () => {});
		onClient(client);
	});
	await new Promise<void>((resolve) =>
		server.listen(0, "127.0.0.1", () => resolve()),
	);
	const address = server.address();
	return {
		server,
		port: typeof address === "object" && address ? address.port : 0,
	};
}

test("answers keyboard-interactive questions", async () => {
	await using world = await makeSshWorld({ hosts: {} });
	const { server, port } = await faultyServer((client) => {
		client.on("authentication", (context) => {
			if (context.method !== "keyboard-interactive")
				return context.reject(["keyboard-interactive"]);
			context.prompt(
				[{ prompt: "Code: ", echo: false }],
				"Two factors",
				(answers) =>
					answers[0] === "42" ? context.accept() : context.reject(),
			);
		});
		client.on("session", (accept) => accept().on("exec", (ok) => ok().end("")));
	});
	appendFileSync(world.sshConfig, "StrictHostKeyChecking accept-new\n");
	const { ask, asked } = answering(["42"]);
	const remote = remoteOf(world, { ask });
	const [host] = remote.hosts(`127.0.0.1:${port}`).hosts;
	const { connection } = await remote.session(
		host ?? { name: "", profile: {} },
	);
	expect(asked).toEqual(["Two factors Code:"]);
	await connection.close();
	server.close();
});

/** A FIDO key's file, as ssh-keygen writes it; its private half stays in the token. (OpenSSH's PROTOCOL.key, PROTOCOL.u2f.) */
function makeFidoKey(path: string): string {
	const string = (bytes: Uint8Array | string) => {
		const body = Buffer.from(bytes);
		const length = Buffer.alloc(4);
		length.writeUInt32BE(body.length);
		return Buffer.concat([length, body]);
	};
	const type = "sk-ssh-ed25519@openssh.com";
	const publicKey = Buffer.concat(
		[type, randomBytes(32), "ssh:"].map((field) => string(field)),
	);
	const check = Buffer.alloc(8, 7);
	const parts = [publicKey, Buffer.from([1]), string("handle"), string("")];
	const secret = Buffer.concat([check, ...parts, string("test")]);
	const padding = Buffer.from([1, 2, 3, 4, 5, 6, 7, 8]).subarray(
		0,
		(8 - (secret.length % 8)) % 8,
	);
	const body = Buffer.concat([
		Buffer.from("openssh-key-v1\0"),
		...["none", "none", ""].map((field) => string(field)),
		Buffer.from([0, 0, 0, 1]),
		string(publicKey),
		string(Buffer.concat([secret, padding])),
	]);
	const name = "OPENSSH PRIVATE KEY";
	const lines = body.toString("base64").match(/.{1,70}/g) ?? [];
	writeFileSync(
		path,
		[`-----BEGIN ${name}-----`, ...lines, `-----END ${name}-----`, ""].join(
			"\n",
		),
		{ mode: 0o600 },
	);
	const line = `${type} ${publicKey.toString("base64")} test`;
	writeFileSync(`${path}.pub`, `${line}\n`);
	return line;
}

realTest(
	["sshd"],
	"leaves FIDO keys to the system's ssh, and tells what both said",
	async () => {
		await using world = await makeSshWorld({ hosts: { mac: {} } });
		const host = world.hosts.mac;
		writeFileSync(
			join(host?.folder ?? "", "authorized_keys"),
			`${makeFidoKey(world.key)}\n`,
		);
		await using remote = remoteOf(world);
		const { info } = await echo(remote, "mac").catch((error) => error);
		expect(info).toMatchObject({ code: "LLORCH_LOGIN_REFUSED", host: "mac" });
		expect(info.hint).toContain(`Not tried: ${world.key} (a FIDO key`);
		// It was offered, and the host would have taken it; only the token is missing here.
		expect(info.hint).toMatch(/ssh says: .*Permission denied/s);
		expect(host?.log()).toContain("Accepted key ED25519-SK");
	},
);
