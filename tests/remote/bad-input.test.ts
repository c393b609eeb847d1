import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { llorchSession, realTest, type Session } from "@llorch/testkit";
import {
	makeKey,
	makeSshWorld,
	type SshHost,
	type SshWorld,
	startTcpProxy,
	type TcpProxy,
} from "@llorch/testkit/ssh";
import { afterAll, afterEach, beforeAll, expect } from "vitest";

// Everything that can be wrong with a host, each with its own code, sentence and next command.

const UNAME = `#!/bin/sh
case $1 in -m) echo aarch64 ;; *) exec /usr/bin/uname "$@" ;; esac
`;

let world: SshWorld;
let mac: SshHost;
let silent: TcpProxy;
let llorch: Session;
let before: { knownHosts: string; sshConfig: string };

beforeAll(async () => {
	world = await makeSshWorld({
		hosts: {
			mac: {},
			full: { node: true, diskBytes: 1_000_000 },
			arm: { programs: { uname: UNAME } },
		},
	});
	mac = world.hosts.mac as SshHost;
	silent = await startTcpProxy(mac.port, { silent: true });
	llorch = llorchSession(world);
	before = {
		knownHosts: readFileSync(world.knownHosts, "utf8"),
		sshConfig: readFileSync(world.sshConfig, "utf8"),
	};
});
afterEach(() => {
	writeFileSync(world.knownHosts, before.knownHosts);
	writeFileSync(world.sshConfig, before.sshConfig);
});
afterAll(async () => {
	await silent.close();
	await world.dispose();
});

/** Our only key from now on. */
function loginWith(name: string, options: Parameters<typeof makeKey>[1]) {
	const key = join(world.home, ".ssh", name);
	const publicKey = makeKey(key, options);
	writeFileSync(world.sshConfig, before.sshConfig.replaceAll(world.key, key));
	return { key, publicKey };
}

const LINE = "git status --remote mac";

/** What a command says that could not begin. Fingerprints and build ids are masked. */
async function complaint(
	words: string | readonly string[],
	env: Record<string, string> = {},
): Promise<string> {
	const { stdout, stderr, code } = await llorch(words, { env });
	expect({ stdout, code }, stderr).toEqual({ stdout: "", code: 5 });
	return stderr
		.replaceAll(/SHA256:\S{43}/g, "SHA256:FINGERPRINT")
		.replaceAll(/\b0\.\d+\.\d+-[0-9a-f]{12}\b/g, "BUILD")
		.replaceAll(world.home, "~");
}

realTest(["sshd"], "a host that does not exist", async () => {
	expect(await complaint("git status --remote nowhere.invalid")).toBe(
		`error: [nowhere.invalid] there is no host nowhere.invalid (nowhere.invalid:22 has no address) (LLORCH_HOST_UNKNOWN)
  A host is a profile, an alias of ssh_config, or a name that leads to an address.
  next: llorch remote hosts list
`,
	);
});

realTest(["sshd"], "a host whose name is mistyped", async () => {
	const config = "~/.config/llorch/config.toml";
	const text = await world.read(config);
	await world.write({ [config]: `${text}[remote.hosts.workstation]\n` });
	expect(await complaint("git status --remote workstaton")).toMatch(
		/\(LLORCH_HOST_UNKNOWN\)\n {2}Did you mean workstation\? A host is /,
	);
	await world.write({ [config]: text });
});

realTest(["sshd"], "a port where nothing listens", async () => {
	expect(await complaint("git status --remote 127.0.0.1:1")).toBe(
		`error: [127.0.0.1:1] 127.0.0.1:1 refused the connection: nothing listens at 127.0.0.1:1 (LLORCH_HOST_REFUSED)
  Is its SSH server running, and is the port right?
  next: llorch remote hosts test 127.0.0.1:1
`,
	);
});

realTest(["sshd"], "a port that is silent, after ten seconds", async () => {
	const name = `root@127.0.0.1:${silent.port}`;
	const startedAt = performance.now();
	expect(await complaint(`git status --remote ${name}`)).toBe(
		`error: [${name}] ${name} (127.0.0.1:${silent.port}) did not answer within 10 s (LLORCH_HOST_SILENT)
  Is it switched on and in this network? remote.connect_timeout says how long llorch waits.
  next: llorch remote hosts test ${name}
`,
	);
	const seconds = (performance.now() - startedAt) / 1000;
	expect(seconds).toBeGreaterThan(10);
	expect(seconds).toBeLessThan(20);
});

realTest(["sshd"], "a key that the host does not take", async () => {
	loginWith("another", {});
	expect(await complaint(LINE)).toBe(
		`error: [mac] mac refused the login of root (LLORCH_LOGIN_REFUSED)
  Tried: ~/.ssh/another. Is the public key in ~/.ssh/authorized_keys there, and is the user name right?
  next: llorch remote hosts test mac
`,
	);
});

realTest(["sshd"], "a key with a passphrase, and no terminal", async () => {
	const { publicKey } = loginWith("locked", { passphrase: "secret" });
	mac.authorize(publicKey);
	expect(await complaint(LINE)).toBe(
		`error: [mac] the key ~/.ssh/locked could not be unlocked (LLORCH_LOGIN_KEY_LOCKED)
  Put it into the agent first: ssh-add '~/.ssh/locked'. On a terminal, llorch asks for the passphrase.
`,
	);
});

realTest(["sshd"], "a host key that has changed", async () => {
	const [type, key] = makeKey(join(world.home, "other")).split(" ");
	const name = `[127.0.0.1]:${mac.port}`;
	writeFileSync(world.knownHosts, `# mine\n${name} ${type} ${key}\n`);
	expect(await complaint(LINE)).toBe(
		`error: [mac] mac shows another key than the one that is known: ssh-ed25519 SHA256:FINGERPRINT (LLORCH_HOST_KEY_CHANGED)
  The known one stands in ~/.ssh/known_hosts:2. Either the host was set up anew, or somebody stands between you and it. Ask whoever runs it; only if the new key is right: ssh-keygen -R '${name}' -f '~/.ssh/known_hosts'
`,
	);
});

realTest(
	["sshd"],
	"a host key that is not known, and no terminal",
	async () => {
		writeFileSync(world.knownHosts, "");
		expect(await complaint(LINE)).toBe(
			`error: [mac] the key of mac is not known: ssh-ed25519 SHA256:FINGERPRINT (LLORCH_HOST_KEY_UNKNOWN)
  Compare the fingerprint with the host's own (there: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub), then add it: echo '[127.0.0.1]:${mac.port} ${mac.publicKey}' >> '~/.ssh/known_hosts'
  On a terminal, llorch shows it and asks.
  next: llorch remote hosts test mac
`,
		);
	},
);

realTest(["sshd"], "a repository that is not there", async () => {
	expect(await complaint(LINE, { LLORCH_REMOTE_PATH: "~/no such" })).toBe(
		`error: there is no ~/no such on mac (LLORCH_REMOTE_NO_REPO)
  Clone the repository there, or say in the host's profile where it is (repo_path) or comes from (repo_url).
  next: llorch remote hosts list
`,
	);
});

realTest(["sshd"], "a host without llorch", async () => {
	expect(await complaint(LINE)).toBe(
		`error: [mac] this llorch (BUILD) is not on mac (LLORCH_REMOTE_NO_LLORCH)
  --setup beside --remote puts it there on the way.
  next: llorch remote setup mac
`,
	);
});

/** What is on the host of llorch afterwards: nothing that has a final name. */
const left = async (host: string) =>
	(await llorch(["remote", "exec", host, "ls -A .llorch/bin"])).stdout;

realTest(["sshd"], "a llorch for another kind of processor", async () => {
	await world.write({ "wrong cpu": "\x7fELF not for this machine" });
	chmodSync(world.path("wrong cpu"), 0o755);
	const words = ["remote", "setup", "mac", "--binary", "wrong cpu"];
	expect(await complaint(words)).toMatch(
		/^error: the llorch that was sent does not run on mac: .*Exec format error \(LLORCH_REMOTE_WRONG_PLATFORM\)\n {2}--binary FILE takes an executable for that kind of machine\.\n {2}next: llorch remote hosts test mac\n$/m,
	);
	expect(await left("mac")).toBe("");
});

realTest(["sshd"], "a host with another kind of processor", async () => {
	expect(await complaint("remote setup arm")).toMatch(
		/^error: there is no llorch here for arm, which is linux-arm64 and has no Node \(LLORCH_REMOTE_WRONG_PLATFORM\)\n {2}.*--binary.*\n {2}next: llorch remote setup arm --binary llorch-linux-arm64\n$/,
	);
});

realTest(["sshd"], "a disk that is full", async () => {
	await world.write({ "big file": "x".repeat(3_000_000) });
	const words = ["remote", "setup", "full", "--binary", "big file"];
	expect(await complaint(words)).toMatch(
		/^error: the disk of full is full \(LLORCH_REMOTE_DISK_FULL\)\n {2}Older builds of llorch can go: --prune\.\n {2}next: llorch remote setup full --prune\n$/m,
	);
	expect(await left("full")).toBe("");
});
