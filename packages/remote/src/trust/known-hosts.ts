import { createHash, createHmac, randomBytes } from "node:crypto";
import { access, appendFile, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { type CommandRunner, capture } from "@llorch/core";
import { makeFolders } from "@llorch/run";

/** One entry of a known_hosts file that speaks of a host. */
export type KnownKey = {
	/** `ssh-ed25519` */
	type: string;
	/** The key, base64 as in the file. */
	key: string;
	marker: "@revoked" | "@cert-authority" | undefined;
	file: string;
	line: number;
};

/**
 * What the known_hosts files say of a host, asked of `ssh-keygen -F`, which knows hashed names, wildcards and `[host]:port`.
 * Files that are not there say nothing.
 */
export async function findKnownKeys(
	runner: CommandRunner,
	files: readonly string[],
	name: string,
): Promise<KnownKey[]> {
	const found = await Promise.all(
		files.map(async (file) => {
			if (!(await exists(file))) return [];
			const { stdout } = await capture(runner, {
				file: "ssh-keygen",
				args: ["-F", name, "-f", file],
			});
			return parseFound(stdout, file);
		}),
	);
	return found.flat();
}

/** What `ssh-keygen -F` prints: a comment with the line's number, then the line. */
export function parseFound(text: string, file: string): KnownKey[] {
	const keys: KnownKey[] = [];
	let line = 0;
	for (const each of text.split("\n")) {
		const number = /^# Host .* found: line (\d+)/.exec(each)?.[1];
		if (number !== undefined) line = Number(number);
		else if (each !== "" && !each.startsWith("#")) {
			const words = each.split(/\s+/);
			const marker = words[0]?.startsWith("@") ? words.shift() : undefined;
			const [, type = "", key = ""] = words;
			keys.push({
				type,
				key,
				marker: marker as KnownKey["marker"],
				file,
				line,
			});
		}
	}
	return keys;
}

/** The name of a host in known_hosts: `mac`, or `[mac]:2222` for a port that is not 22. (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT.) */
export function knownHostsName(host: string, port: number): string {
	const name = host.toLowerCase();
	return port === 22 ? name : `[${name}]:${port}`;
}

/** `SHA256:…` as OpenSSH shows it. */
export function fingerprint(key: Buffer): string {
	return `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;
}

/** `ssh-ed25519`: the first field of a key. */
export function keyType(key: Buffer): string {
	return key.subarray(4, 4 + key.readUInt32BE(0)).toString("latin1");
}

/** Adds a key to a known_hosts file, on a line of its own. `hashed`: the name stands there as a hash. (HashKnownHosts.) */
export async function addKnownKey(
	file: string,
	name: string,
	key: Buffer,
	options: { hashed: boolean },
): Promise<void> {
	await makeFolders(dirname(file), { mode: 0o700 });
	const shown = options.hashed ? hashName(name) : name;
	const text = await readFile(file, "utf8").catch(() => "");
	const start = text === "" || text.endsWith("\n") ? "" : "\n";
	await appendFile(
		file,
		`${start}${shown} ${keyType(key)} ${key.toString("base64")}\n`,
		{ mode: 0o600 },
	);
}

function hashName(name: string): string {
	const salt = randomBytes(20);
	const hash = createHmac("sha1", salt).update(name).digest("base64");
	return `|1|${salt.toString("base64")}|${hash}`;
}

async function exists(path: string): Promise<boolean> {
	return access(path).then(
		() => true,
		() => false,
	);
}
