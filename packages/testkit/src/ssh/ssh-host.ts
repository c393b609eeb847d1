import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import {
	appendFileSync,
	closeSync,
	copyFileSync,
	mkdirSync,
	mkdtempSync,
	openSync,
	readFileSync,
	realpathSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { realPart, repositoryRoot } from "../parts.ts";
import { type FoundProcess, processesWith } from "../processes.ts";
import { rustToolchain } from "../rust-world.ts";
import type { Program } from "../session/program.ts";

export type SshHostOptions = {
	/** Login shell. Default: `/bin/sh`. */
	shell?: string;
	/** Lines added to its sshd_config. */
	config?: readonly string[];
	/** Puts this program of ours on the host's PATH as `node`. Default: the host has none. */
	node?: boolean;
	/** Text of small programs on the host's PATH. */
	programs?: Readonly<Record<string, string>>;
	/** Puts the real cargo and rustc where rustup has them, `~/.cargo/bin`: not on the PATH of a login without a terminal. */
	rust?: boolean;
	/** Bytes of disk at the host's home, as a file system of its own. Default: the disk of this machine. */
	diskBytes?: number;
	/** Gives it a network of its own, as if a cable led there: see `inside` and `unplug`. Needs nft and ip. */
	network?: boolean;
	/** Text of files in the host's home. */
	files?: Readonly<Record<string, string>>;
	/** Default: one that is free. */
	port?: number;
};

/**
 * A real OpenSSH server on the loopback address that plays another machine: its home, disk, PATH, processes and login shell are
 * its own (mount and process namespaces), so nothing passes by sharing a disk with us. Linux, as root.
 */
export type SshHost = {
	readonly id: string;
	readonly port: number;
	/** The host's home, as seen from here. There it is `/home/far`. */
	readonly home: string;
	/** Folder with what the test owns: `hostkey.pub`, `authorized_keys`. */
	readonly folder: string;
	/** `ssh-ed25519 AAAA…` */
	readonly publicKey: string;
	authorize(publicKey: string): void;
	/** What sshd logged so far. */
	log(): string;
	/** How many logins it accepted. */
	logins(): number;
	/** What users run there now, sshd's own processes excluded. */
	processes(): Promise<FoundProcess[]>;
	/** With `network`: the program, started where the host can be reached, at every address of `127.0.0.0/8`. */
	inside(program: Program): Program;
	/** With `network`: from now on packets to and from this address are dropped. */
	unplug(address: string): void;
	/** Waits until nothing runs there, at most so many milliseconds; returns what still does. */
	quiet(ms: number): Promise<FoundProcess[]>;
	/** Pulls the plug: every process of the host is gone at once. */
	stop(): Promise<void>;
	[Symbol.asyncDispose](): Promise<void>;
};

/** Where the host has its home. */
export const FAR_HOME = "/home/far";

export async function startSshHost(
	options: SshHostOptions = {},
): Promise<SshHost> {
	const id = randomUUID();
	const folder = realpathSync(mkdtempSync(join(tmpdir(), "sshd-")));
	const home = join(folder, "home");
	for (const made of ["home", "bin", "rust"]) mkdirSync(join(folder, made));
	mkdirSync("/run/sshd", { recursive: true });
	makeKey(join(folder, "hostkey"));
	writeFileSync(join(folder, "authorized_keys"), "");
	for (const [name, text] of Object.entries(options.files ?? {})) {
		mkdirSync(dirname(join(home, name)), { recursive: true });
		writeFileSync(join(home, name), text);
	}
	if (options.rust) {
		mkdirSync(join(home, ".cargo"));
		symlinkSync("/mnt/host/rust/bin", join(home, ".cargo", "bin"));
	}
	if (options.node) copyFileSync(process.execPath, join(folder, "bin", "node"));
	for (const [name, text] of Object.entries(options.programs ?? {}))
		writeFileSync(join(folder, "bin", name), text, { mode: 0o755 });
	writeFileSync(
		join(folder, "passwd"),
		readFileSync("/etc/passwd", "utf8").replace(
			/^root:.*$/m,
			`root:x:0:0:root:${FAR_HOME}:${options.shell ?? "/bin/sh"}`,
		),
	);
	const port = options.port ?? (await freePort());
	writeFileSync(
		join(folder, "sshd_config"),
		[
			`Port ${port}`,
			`ListenAddress ${options.network ? "0.0.0.0" : "127.0.0.1"}`,
			"HostKey /mnt/host/hostkey",
			"PidFile none",
			"AuthorizedKeysFile /mnt/host/authorized_keys",
			"UsePAM no",
			"StrictModes no",
			"PermitRootLogin yes",
			"MaxStartups 100",
			"LogLevel VERBOSE",
			"PrintMotd no",
			"PrintLastLog no",
			`SetEnv LLORCH_SSH_HOST=${id} PATH=/mnt/host/bin:/usr/bin:/bin`,
			...(options.config ?? ["PasswordAuthentication no", "MaxSessions 100"]),
			"",
		].join("\n"),
	);
	writeFileSync(join(folder, "start.sh"), startScript(options));
	const server = startServer(folder, options);
	const log = () => readFileSync(join(folder, "log"), "utf8");
	await listening(server, log);
	const inside = ({ file, args }: Program): Program => ({
		file: realPart("nsenter"),
		args: [`--net=/proc/${server.pid}/ns/net`, file, ...args],
	});
	const processes = async () =>
		(await processesWith("LLORCH_SSH_HOST", id)).filter(
			({ command }) => !command.startsWith("sshd"),
		);
	const stop = async () => {
		if (server.exitCode === null && server.signalCode === null) {
			const ended = new Promise((resolve) => server.once("exit", resolve));
			// The leader of a process namespace takes all of it along.
			server.kill("SIGKILL");
			await ended;
		}
		rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
	};
	return {
		id,
		port,
		home,
		folder,
		publicKey: publicKeyOf(join(folder, "hostkey")),
		authorize: (key) =>
			appendFileSync(join(folder, "authorized_keys"), `${key}\n`),
		log,
		logins: () => log().match(/^Accepted \w+ for /gm)?.length ?? 0,
		processes,
		inside,
		unplug(address) {
			const { file, args } = inside({
				file: realPart("nft"),
				args: ["add", "element", "inet", "cable", "out", `{ ${address} }`],
			});
			execFileSync(file, args);
		},
		async quiet(ms) {
			const until = performance.now() + ms;
			for (;;) {
				const left = await processes();
				if (left.length === 0 || performance.now() > until) return left;
				await delay(50);
			}
		},
		stop,
		[Symbol.asyncDispose]: stop,
	};
}

/** Hides our disks behind empty ones, leaves the host's own folder, and becomes sshd. */
function startScript({ diskBytes, rust, network }: SshHostOptions): string {
	return `set -e
${network ? `ip link set lo up\n'${realPart("nft")}' '${CABLE}'` : ""}
${rust ? `mount --bind '${rustToolchain()}' rust` : ""}
mount -t tmpfs none /mnt
mkdir /mnt/host
mount --rbind . /mnt/host
mount --bind passwd /etc/passwd
for program in /usr/bin/node /usr/local/bin/node; do
	if [ -e "$program" ]; then mount --bind /dev/null "$program"; fi
done
mount -t tmpfs none /home
mkdir ${FAR_HOME}
mount --bind home ${FAR_HOME}
${diskBytes === undefined ? "" : `mount -t tmpfs -o size=${diskBytes} none /mnt/host/home && mount --bind /mnt/host/home ${FAR_HOME}`}
cd /mnt/host
for folder in '${repositoryRoot}' /root; do
	mount -t tmpfs none "$folder"
done
mount -t tmpfs -o mode=1777 none /tmp
exec '${realPart("sshd")}' -D -e -f /mnt/host/sshd_config 2>>/mnt/host/log
`;
}

const CABLE = `table inet cable {
	set out { type ipv4_addr; }
	chain both { type filter hook input priority 0; ip saddr @out drop; ip daddr @out drop; }
}`;

function startServer(
	folder: string,
	{ network }: SshHostOptions,
): ChildProcess {
	writeFileSync(join(folder, "log"), "");
	// Not our own output: whoever waits for its end would wait for a server that a failed test has left.
	const log = openSync(join(folder, "log"), "a");
	const server = spawn(
		"unshare",
		[
			"--mount",
			"--pid",
			...(network ? ["--net"] : []),
			"--fork",
			"--kill-child",
			"--mount-proc",
			"--propagation",
			"private",
			"sh",
			"start.sh",
		],
		{
			cwd: folder,
			stdio: ["ignore", log, log],
			env: { PATH: process.env.PATH ?? "" },
		},
	);
	closeSync(log);
	return server;
}

async function listening(
	server: ChildProcess,
	log: () => string,
): Promise<void> {
	while (!log().includes("Server listening on")) {
		if (server.exitCode !== null)
			throw new Error(`sshd did not start:\n${log()}`);
		await delay(10);
	}
}

/** A port nobody listens on now. */
export function freePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const server = createServer();
		server.once("error", reject);
		server.listen(0, "127.0.0.1", () => {
			const address = server.address();
			server.close(() =>
				resolve(typeof address === "object" && address ? address.port : 0),
			);
		});
	});
}

export type KeyOptions = {
	/** Default: ed25519. */
	type?: "ed25519" | "rsa" | "ecdsa";
	passphrase?: string;
	/** `PEM` is the old format, which begins with BEGIN RSA PRIVATE KEY. Default: OpenSSH's own. */
	format?: "PEM";
	/** How long each try of a passphrase takes (ssh-keygen -a). Default: 1; OpenSSH's own 16 or more are a second here. */
	rounds?: number;
};

/** Makes a key pair with ssh-keygen; returns the public line. */
export function makeKey(path: string, options: KeyOptions = {}): string {
	const { type = "ed25519", passphrase = "", format, rounds = 1 } = options;
	execFileSync(realPart("ssh-keygen"), [
		"-q",
		"-t",
		type,
		...(type === "rsa" ? ["-b", "2048"] : []),
		...(format === undefined ? [] : ["-m", format]),
		"-a",
		String(rounds),
		"-N",
		passphrase,
		"-C",
		"test",
		"-f",
		path,
	]);
	return readFileSync(`${path}.pub`, "utf8").trim();
}

function publicKeyOf(path: string): string {
	return readFileSync(`${path}.pub`, "utf8").split(" ").slice(0, 2).join(" ");
}
