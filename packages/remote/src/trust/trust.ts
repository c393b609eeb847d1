import {
	type Ask,
	type CommandRunner,
	isSystemError,
	LlorchError,
	quotePosix,
} from "@llorch/core";
import type { SshConfig } from "../hosts/ssh-config.ts";
import {
	addKnownKey,
	findKnownKeys,
	fingerprint,
	type KnownKey,
	keyType,
	knownHostsName,
} from "./known-hosts.ts";

/** Decides about the key that a host shows. */
export type Trust = {
	/** The types of the keys we know of this host, to be asked for first: a server that has several shows a known one. */
	knownTypes: readonly string[];
	/** True where only an authority's signature vouches for the host; ssh2 cannot check one. */
	needsCertificates: boolean;
	/** Resolves when the key is the known one. Throws LLORCH_HOST_KEY_UNKNOWN, _CHANGED or _REVOKED. */
	check(key: Buffer): Promise<void>;
};

/** What known_hosts says about a host, looked up before we connect. `name`: how the user calls it, for messages. */
export async function openTrust(
	name: string,
	config: SshConfig,
	options: {
		runner: CommandRunner;
		ask: Ask;
		warn(text: string): void;
		signal: AbortSignal;
	},
): Promise<Trust> {
	const { runner, ask, warn, signal } = options;
	const shown =
		config.hostKeyAlias ?? knownHostsName(config.hostName, config.port);
	let entries = await findKnownKeys(runner, config.knownHostsFiles, shown);
	// As OpenSSH does it: what is known without a port counts for other ports too, when it matches.
	const plain =
		entries.length === 0 &&
		config.hostKeyAlias === undefined &&
		config.port !== 22
			? await findKnownKeys(
					runner,
					config.knownHostsFiles,
					knownHostsName(config.hostName, 22),
				)
			: [];
	const known = () => entries.filter(({ marker }) => marker === undefined);
	const authorities = entries.filter(
		({ marker }) => marker === "@cert-authority",
	);
	return {
		knownTypes: [...new Set([...known(), ...plain].map(({ type }) => type))],
		needsCertificates: known().length === 0 && authorities.length > 0,
		async check(key) {
			const text = key.toString("base64");
			const same = (entry: KnownKey) => entry.key === text;
			const revoked = [...entries, ...plain].find(
				(entry) => entry.marker === "@revoked" && same(entry),
			);
			if (revoked !== undefined) throw revokedError(name, key, revoked);
			if (known().some(same)) return;
			if (plain.some((entry) => entry.marker === undefined && same(entry)))
				return;
			const other =
				known().find(({ type }) => type === keyType(key)) ?? known()[0];
			if (other !== undefined) throw changedError(name, key, other, shown);
			const file = config.ownKnownHostsFile;
			await accept(key);
			if (file !== undefined) await remember(key, file);
			entries = [
				...entries,
				{
					type: keyType(key),
					key: text,
					marker: undefined,
					file: file ?? "",
					line: 0,
				},
			];
		},
	};

	/** A file that cannot be written does not take back the trust: as ssh does, we say so and go on. */
	async function remember(key: Buffer, file: string): Promise<void> {
		try {
			await addKnownKey(file, shown, key, { hashed: config.hashKnownHosts });
		} catch (error) {
			if (!isSystemError(error)) throw error;
			warn(`the key of ${name} could not be kept: ${error.message}`);
		}
	}

	async function accept(key: Buffer): Promise<void> {
		if (["accept-new", "no"].includes(config.strictHostKeyChecking)) return;
		const unknown = unknownError(name, key, config, shown);
		if (config.strictHostKeyChecking === "yes") throw unknown;
		try {
			const answer = await ask(
				{
					id: `host-key:${shown}`,
					kind: "confirm",
					text: `The key of ${name} is not known: ${keyType(key)} ${fingerprint(key)}. Trust it ${config.ownKnownHostsFile === undefined ? "this once" : "from now on"}?`,
					host: name,
				},
				{ signal },
			);
			if (answer.value === true) return;
		} catch (error) {
			if (
				error instanceof LlorchError &&
				error.info.code === "LLORCH_NEEDS_ANSWER"
			)
				throw unknown;
			throw error;
		}
		throw unknown;
	}
}

function unknownError(
	name: string,
	key: Buffer,
	{ ownKnownHostsFile: file }: SshConfig,
	shown: string,
): LlorchError {
	// This very key, and not whichever a second look would find; it works by every way there and with every alias.
	const line = `${shown} ${keyType(key)} ${key.toString("base64")}`;
	const add =
		file === undefined
			? "UserKnownHostsFile is none, so no key can be kept."
			: `Compare the fingerprint with the host's own (there: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub), then add it: ${quotePosix(["echo", line])} >> ${quotePosix([file])}`;
	return new LlorchError(
		"LLORCH_HOST_KEY_UNKNOWN",
		`the key of ${name} is not known: ${keyType(key)} ${fingerprint(key)}`,
		{
			hint: `${add}\nOn a terminal, llorch shows it and asks.`,
			run: ["remote", "hosts", "test", name],
			details: { fingerprint: fingerprint(key), type: keyType(key) },
		},
	);
}

function changedError(
	name: string,
	key: Buffer,
	old: KnownKey,
	shown: string,
): LlorchError {
	return new LlorchError(
		"LLORCH_HOST_KEY_CHANGED",
		`${name} shows another key than the one that is known: ${keyType(key)} ${fingerprint(key)}`,
		{
			hint: `The known one stands in ${old.file}:${old.line}. Either the host was set up anew, or somebody stands between you and it. Ask whoever runs it; only if the new key is right: ${quotePosix(["ssh-keygen", "-R", shown, "-f", old.file])}`,
			details: {
				fingerprint: fingerprint(key),
				file: old.file,
				line: old.line,
			},
		},
	);
}

function revokedError(name: string, key: Buffer, entry: KnownKey): LlorchError {
	return new LlorchError(
		"LLORCH_HOST_KEY_REVOKED",
		`${name} shows a key that was revoked: ${keyType(key)} ${fingerprint(key)}`,
		{
			hint: `It is marked @revoked in ${entry.file}:${entry.line}. Whoever has this key may not be your host: ask whoever runs it.`,
			details: {
				fingerprint: fingerprint(key),
				file: entry.file,
				line: entry.line,
			},
		},
	);
}
