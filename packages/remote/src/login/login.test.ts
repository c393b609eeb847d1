import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { appendFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { realPart, realTest } from "@llorch/testkit";
import { makeKey, makeSshWorld, type SshWorld } from "@llorch/testkit/ssh";
import ssh2 from "ssh2";
import { expect, test } from "vitest";
import { answering, echo, remoteOf, transportTo } from "../../test/world.ts";

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
		{ type: "rsa", format: "PEM", passphrase: "so old" },
	] as const) {
		await using world = await makeSshWorld({ hosts: { mac: {} } });
		useKey(world, options);
		const { ask } = answering(["so old"]);
		await using remote = remoteOf(world, { transport: "ssh2", ask });
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

realTest(
	["sshd"],
	"time that a passphrase takes is not the host's",
	async () => {
		await using world = await makeSshWorld({ hosts: { mac: {}, box: {} } });
		const key = useKey(world, { passphrase: "se cret", rounds: 32 });
		writeFileSync(
			join(world.hosts.box?.folder ?? "", "authorized_keys"),
			readFileSync(`${key}.pub`, "utf8"),
		);
		const { ask } = answering(["se cret"]);
		await using remote = remoteOf(world, {
			connect_timeout: 2,
			transport: "ssh2",
			ask: async (question, options) => {
				await delay(2500);
				return ask(question, options);
			},
		});
		expect(
			await Promise.all([echo(remote, "mac"), echo(remote, "box")]),
		).toEqual(["in\n", "in\n"]);
	},
);

realTest(
	["sshd"],
	"an old key that shows nothing until it is unlocked keeps no other from being tried, nor does an agent that hangs",
	async () => {
		await using world = await makeSshWorld({ hosts: { mac: {} } });
		const locked = join(world.home, ".ssh", "locked");
		const publicKey = makeKey(locked, {
			type: "rsa",
			format: "PEM",
			passphrase: "so old",
		});
		rmSync(`${locked}.pub`);
		const socket = join(world.root, "agent");
		const agent = createServer(() => {});
		await new Promise<void>((resolve) => agent.listen(socket, resolve));
		writeFileSync(
			world.sshConfig,
			`IdentityFile "${locked}"\nIdentityAgent "${socket}"\n${readFileSync(world.sshConfig, "utf8")}`,
		);
		const { ask, asked } = answering(["so old"]);
		await using remote = remoteOf(world, { transport: "ssh2", ask });
		expect(await echo(remote, "mac")).toBe("in\n");
		expect(asked).toEqual([]);
		writeFileSync(
			join(world.hosts.mac?.folder ?? "", "authorized_keys"),
			`${publicKey}\n`,
		);
		await using unlocking = remoteOf(world, { transport: "ssh2", ask });
		expect(await echo(unlocking, "mac")).toBe("in\n");
		expect(asked).toEqual([`Passphrase of ${locked}:`]);
		await using nobodyThere = remoteOf(world, { transport: "ssh2" });
		await expect(echo(nobodyThere, "mac")).rejects.toMatchObject({
			info: { code: "LLORCH_LOGIN_KEY_LOCKED" },
		});
		agent.close();
	},
	30_000,
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

test("asks for a password where the host takes one", async () => {
	await using world = await makeSshWorld({ hosts: {} });
	const tried: string[] = [];
	const { server, port } = await faultyServer((client) => {
		client.on("authentication", (context) => {
			if (context.method !== "password") return context.reject(["password"]);
			tried.push(context.password);
			if (context.password === "right") context.accept();
			else context.reject(["password"]);
		});
		client.on("session", (accept) => accept().on("exec", (ok) => ok().end("")));
	});
	appendFileSync(world.sshConfig, "StrictHostKeyChecking accept-new\n");
	const { ask, asked } = answering(["right"]);
	const remote = remoteOf(world, { ask });
	await transportTo(remote, `me@127.0.0.1:${port}`);
	expect({ asked, tried }).toEqual({
		asked: ["Password of me:"],
		tried: ["right"],
	});
	await using wrong = remoteOf(world, answering(["wrong"]));
	await expect(echo(wrong, `me@127.0.0.1:${port}`)).rejects.toMatchObject({
		info: { code: "LLORCH_LOGIN_REFUSED" },
	});
	server.close();
});

realTest(
	["sshd"],
	"the system's ssh asks through us: for an unknown key, and for a passphrase",
	async () => {
		await using world = await makeSshWorld({ hosts: { mac: {} } });
		const key = useKey(world, { passphrase: "se cret" });
		writeFileSync(world.knownHosts, "");
		const transport = "openssh";
		await using nobodyThere = remoteOf(world, { transport });
		const { info } = await echo(nobodyThere, "mac").catch((error) => error);
		expect(info).toMatchObject({
			code: "LLORCH_HOST_KEY_UNKNOWN",
			hint: expect.stringContaining("ssh -o 'StrictHostKeyChecking=ask' -F "),
		});
		const { ask, asked } = answering([true, "wrong", "se cret"]);
		await using remote = remoteOf(world, { transport, ask });
		expect(await echo(remote, "mac")).toBe("in\n");
		expect(asked).toEqual([
			expect.stringMatching(
				/ED25519 key fingerprint is SHA256:\S{43}\.[\s\S]*continue connecting$/,
			),
			...Array(2).fill(`Enter passphrase for key '${key}':`),
		]);
		await using locked = remoteOf(world, { transport });
		await expect(echo(locked, "mac")).rejects.toMatchObject({
			info: { code: "LLORCH_LOGIN_REFUSED" },
		});
	},
	30_000,
);
