import { access, readFile } from "node:fs/promises";
import { type Ask, hasCode, LlorchError, quotePosix } from "@llorch/core";
import ssh2, { type ParsedKey } from "ssh2";
import type { SshConfig } from "../hosts/ssh-config.ts";

/** Passphrases that were asked for, by the key's path, so that each is asked once per invocation. */
export type Passphrases = Map<string, Promise<ParsedKey>>;

/** A key we can log in with; the private half is read when the server has accepted the public one. */
export type Identity = {
	/** Where it is, for messages. */
	name: string;
	publicKey: Buffer;
	/** The signature over `data`, in the form ssh2 wants. */
	sign(data: Buffer, hash: string | undefined): Promise<Buffer>;
};

/** A login that could not be tried, and why. */
export type Skipped = { path: string; reason: string };

/** What there is to log in with. */
export type Logins = {
	identities: readonly Identity[];
	/** Keys whose public half too shows only when somebody has given the passphrase: tried when no other key did. */
	locked: readonly (() => Promise<Identity>)[];
	skipped: readonly Skipped[];
	/** There may be a certificate or a FIDO key, which only OpenSSH can use; ssh2 1.17 does not list those of an agent. */
	opensshMay: boolean;
};

/** Keys from the agent and from files, in OpenSSH's order: those of the agent that ssh_config names, its others, files. */
export async function listIdentities(
	config: SshConfig,
	options: {
		host: string;
		ask: Ask;
		signal: AbortSignal;
		passphrases: Passphrases;
	},
): Promise<Logins> {
	const skipped: Skipped[] = [];
	const locked: (() => Promise<Identity>)[] = [];
	const files = (
		await Promise.all(
			config.identityFiles.map((path) =>
				readIdentity(path, options, {
					skip: (reason) => skipped.push({ path, reason }),
					later: (unlock) => locked.push(unlock),
				}),
			),
		)
	).filter((identity) => identity !== undefined);
	const isNamed = ({ publicKey }: Identity) =>
		files.some((file) => file.publicKey.equals(publicKey));
	const agent = await agentIdentities(config.agent, (path) =>
		skipped.push({ path, reason: "the agent does not answer" }),
	).catch(() => []);
	const named = agent.filter(isNamed);
	const others = config.identitiesOnly
		? []
		: agent.filter((identity) => !isNamed(identity));
	const rest = files.filter(
		({ publicKey }) => !named.some((each) => each.publicKey.equals(publicKey)),
	);
	const certificates = await Promise.all(
		config.identityFiles.map((path) => isThere(`${path}-cert.pub`)),
	);
	return {
		identities: [...named, ...others, ...rest],
		locked,
		skipped,
		opensshMay:
			config.agent !== undefined ||
			certificates.includes(true) ||
			skipped.some(({ reason }) => reason === FIDO),
	};
}

// Listing keys asks nobody, so an agent that takes longer has hung.
const AGENT_MS = 3000;

const FIDO = "a FIDO key, which only OpenSSH can use";

function isThere(path: string): Promise<boolean> {
	return access(path).then(
		() => true,
		() => false,
	);
}

async function agentIdentities(
	socket: string | undefined,
	silent: (socket: string) => void,
): Promise<Identity[]> {
	if (socket === undefined) return [];
	const agent = ssh2.createAgent(socket);
	let timer: NodeJS.Timeout | undefined;
	const keys = await new Promise<unknown[]>((resolve, reject) => {
		timer = setTimeout(() => {
			silent(socket);
			resolve([]);
		}, AGENT_MS);
		agent.getIdentities((error, found) =>
			error ? reject(error) : resolve(found ?? []),
		);
	}).finally(() => clearTimeout(timer));
	return keys.flatMap((each) => {
		const key = ssh2.utils.parseKey(each as Buffer);
		if (key instanceof Error) return [];
		return [
			{
				name: `${key.comment || key.type} of the agent`,
				publicKey: key.getPublicSSH(),
				sign: (data: Buffer, hash: string | undefined) =>
					new Promise<Buffer>((resolve, reject) => {
						agent.sign(
							key,
							data,
							// biome-ignore lint/suspicious/noExplicitAny: ssh2's types know only two of the hashes
							hash === undefined ? {} : ({ hash } as any),
							(error, signature) =>
								error || signature === undefined
									? reject(error ?? new Error("the agent did not sign"))
									: resolve(signature),
						);
					}),
			},
		];
	});
}

async function readIdentity(
	path: string,
	options: Parameters<typeof listIdentities>[1],
	{
		skip,
		later,
	}: {
		skip(reason: string): void;
		later(unlock: () => Promise<Identity>): void;
	},
): Promise<Identity | undefined> {
	const text = await readFile(path).catch((error: unknown) => {
		if (!hasCode(error, "ENOENT")) skip(String(error));
	});
	if (text === undefined) return undefined;
	const parsed = ssh2.utils.parseKey(text);
	const plain = parsed instanceof Error ? undefined : firstOf(parsed);
	const publicKey =
		plain?.getPublicSSH() ??
		publicPartOf(text.toString("latin1")) ??
		(await publicFile(`${path}.pub`));
	if (publicKey !== undefined && /^sk-/.test(typeOf(publicKey))) {
		skip(FIDO);
		return undefined;
	}
	const locked = parsed instanceof Error && /encrypted/i.test(parsed.message);
	if (plain === undefined && !locked) {
		skip(parsed instanceof Error ? parsed.message : "no private key");
		return undefined;
	}
	const unlock = () => {
		if (plain !== undefined) return Promise.resolve(plain);
		const asked =
			options.passphrases.get(path) ?? askPassphrase(path, text, options);
		options.passphrases.set(path, asked);
		return asked;
	};
	const identity = (shown: Buffer): Identity => ({
		name: path,
		publicKey: shown,
		async sign(data, hash) {
			const signature: Buffer | Error = (await unlock()).sign(data, hash);
			if (signature instanceof Error) throw signature;
			return signature;
		},
	});
	if (publicKey !== undefined) return identity(publicKey);
	// An old PEM key without a .pub file.
	later(async () => identity((await unlock()).getPublicSSH()));
	return undefined;
}

async function askPassphrase(
	path: string,
	text: Buffer,
	{ host, ask, signal }: Parameters<typeof listIdentities>[1],
): Promise<ParsedKey> {
	for (let attempt = 1; ; attempt++) {
		const answer = await ask(
			{
				id: `passphrase:${path}:${attempt}`,
				kind: "secret",
				text: `Passphrase of ${path}:`,
				host,
			},
			{ signal },
		).catch((error: unknown) => {
			throw error instanceof LlorchError &&
				error.info.code === "LLORCH_NEEDS_ANSWER"
				? lockedError(path, error)
				: error;
		});
		const key = ssh2.utils.parseKey(text, String(answer.value));
		if (!(key instanceof Error)) return firstOf(key);
		if (attempt === 3) throw lockedError(path, key);
	}
}

function lockedError(path: string, cause: unknown): LlorchError {
	return new LlorchError(
		"LLORCH_LOGIN_KEY_LOCKED",
		`the key ${path} could not be unlocked`,
		{
			hint: `Put it into the agent first: ${quotePosix(["ssh-add", path])}. On a terminal, llorch asks for the passphrase.`,
			details: { path },
			cause,
		},
	);
}

function firstOf(keys: ParsedKey | ParsedKey[]): ParsedKey {
	const key = Array.isArray(keys) ? keys[0] : keys;
	if (key === undefined) throw new Error("the file holds no key");
	return key;
}

/** The public half, which an OpenSSH key file holds in the clear. (PROTOCOL.key: magic, cipher, kdf, kdf options, number, key.) */
function publicPartOf(text: string): Buffer | undefined {
	const body = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]+?)-----END/.exec(
		text,
	)?.[1];
	if (body === undefined) return undefined;
	const bytes = Buffer.from(body, "base64");
	let at = "openssh-key-v1\0".length;
	const field = () => {
		const length = bytes.readUInt32BE(at);
		at += 4 + length;
		return bytes.subarray(at - length, at);
	};
	try {
		field();
		field();
		field();
		at += 4;
		return field();
	} catch {
		return undefined;
	}
}

async function publicFile(path: string): Promise<Buffer | undefined> {
	const line = await readFile(path, "utf8").catch(() => undefined);
	const base64 = line?.split(" ")[1];
	return base64 === undefined ? undefined : Buffer.from(base64, "base64");
}

function typeOf(publicKey: Buffer): string {
	return publicKey
		.subarray(4, 4 + publicKey.readUInt32BE(0))
		.toString("latin1");
}
