import {
	type CommandRunner,
	capture,
	LlorchError,
	succeeded,
} from "@llorch/core";
import type { HostRef } from "./host-names.ts";

/** What `ssh -G` says about a host, as far as it matters to us. */
export type SshConfig = {
	hostName: string;
	port: number;
	user: string;
	/** Paths of private keys, `~` expanded. */
	identityFiles: readonly string[];
	certificateFiles: readonly string[];
	identitiesOnly: boolean;
	/** Path of the agent's socket; undefined: none. */
	agent: string | undefined;
	/** Hosts to go through, nearest first: `user@host:port`. */
	proxyJump: readonly string[];
	proxyCommand: string | undefined;
	knownHostsFiles: readonly string[];
	/** Where a key that somebody trusts is kept; undefined: nowhere (`UserKnownHostsFile none`). */
	ownKnownHostsFile: string | undefined;
	/** The name that known_hosts is asked for, where it is not the host's own. */
	hostKeyAlias: string | undefined;
	/** Names that are added there are hashed. */
	hashKnownHosts: boolean;
	/** `accept-new` and `no` add unknown keys without a question, as the user of ssh_config asked for. */
	strictHostKeyChecking: "yes" | "ask" | "accept-new" | "no";
	connectTimeoutSeconds: number | undefined;
	serverAliveInterval: number;
	serverAliveCountMax: number;
	controlPath: string | undefined;
	/** The kinds of host keys that are taken; empty: whatever the client likes. */
	hostKeyAlgorithms: readonly string[];
	/** The ways to log in, in the order they are tried: `publickey`, `keyboard-interactive`, `password`. */
	loginMethods: readonly string[];
	/** Settings we leave to OpenSSH itself, when they are not what everybody has. */
	onlyOpenssh: readonly string[];
};

/** How OpenSSH resolves hosts here. */
export type SshConfigSource = {
	runner: CommandRunner;
	/** The file given as `-F`; undefined: the default ones (which also reads /etc/ssh). */
	configFile: string | undefined;
	home: string;
	env: Readonly<Record<string, string | undefined>>;
};

/** The words that make OpenSSH mean this host, as options and the destination. */
export function destinationArgs(
	{ profile, name }: HostRef,
	source: SshConfigSource,
): string[] {
	return [
		...(source.configFile === undefined ? [] : ["-F", source.configFile]),
		...(profile.port === undefined ? [] : ["-p", String(profile.port)]),
		...(profile.user === undefined ? [] : ["-l", profile.user]),
		...(profile.identity_file === undefined
			? []
			: ["-i", expandHome(profile.identity_file, source.home)]),
		"--",
		profile.host ?? name,
	];
}

/**
 * Asks OpenSSH what its configuration says about a host (Match, Include, ProxyJump and all): 5 ms. Throws LLORCH_SSH_MISSING and
 * LLORCH_SSH_CONFIG_INVALID.
 */
export async function resolveHost(
	host: HostRef,
	source: SshConfigSource,
): Promise<SshConfig> {
	const ran = await capture(source.runner, {
		file: "ssh",
		args: ["-G", ...destinationArgs(host, source)],
	}).catch((error: unknown) => {
		if (error instanceof LlorchError) throw error;
		throw new LlorchError(
			"LLORCH_SSH_MISSING",
			"ssh, which reads ssh_config for us, cannot be run",
			{ hint: "Install OpenSSH's client.", cause: error },
		);
	});
	if (!succeeded(ran.result))
		throw new LlorchError(
			"LLORCH_SSH_CONFIG_INVALID",
			`ssh cannot read its configuration: ${ran.stderr.trim()}`,
			{ hint: "ssh -G HOST shows the same message." },
		);
	return parseSshConfig(ran.stdout, source);
}

/** The output of `ssh -G`: a lower-case key and its value a line. */
export function parseSshConfig(
	text: string,
	{ home, env }: Pick<SshConfigSource, "home" | "env">,
): SshConfig {
	const values = new Map<string, string[]>();
	for (const line of text.split("\n")) {
		const space = line.indexOf(" ");
		if (space < 0) continue;
		const key = line.slice(0, space);
		values.set(key, [...(values.get(key) ?? []), line.slice(space + 1)]);
	}
	const one = (key: string) => {
		const value = values.get(key)?.[0];
		return value === undefined || value === "none" ? undefined : value;
	};
	const files = (text: string | undefined) =>
		splitPaths(text ?? "").map((path) => expandHome(path, home));
	const agent = one("identityagent");
	const timeout = one("connecttimeout");
	const strict = one("stricthostkeychecking");
	return {
		hostName: one("hostname") ?? "",
		port: Number(one("port") ?? 22),
		user: one("user") ?? "",
		identityFiles: (values.get("identityfile") ?? [])
			.filter((path) => path !== "none")
			.map((path) => expandHome(path, home)),
		certificateFiles: (values.get("certificatefile") ?? [])
			.filter((path) => path !== "none")
			.map((path) => expandHome(path, home)),
		identitiesOnly: one("identitiesonly") === "yes",
		agent: agentSocket(values.get("identityagent")?.[0] ?? agent, {
			home,
			env,
		}),
		proxyJump: list(one("proxyjump")),
		proxyCommand: one("proxycommand"),
		knownHostsFiles: [
			...files(one("userknownhostsfile")),
			...files(one("globalknownhostsfile")),
		],
		ownKnownHostsFile: files(one("userknownhostsfile"))[0],
		hostKeyAlias: one("hostkeyalias"),
		hashKnownHosts: one("hashknownhosts") === "yes",
		strictHostKeyChecking:
			strict === "true" || strict === "yes"
				? "yes"
				: strict === "accept-new"
					? "accept-new"
					: strict === "false" || strict === "no" || strict === "off"
						? "no"
						: "ask",
		connectTimeoutSeconds:
			timeout === undefined ? undefined : Number(timeout) || undefined,
		serverAliveInterval: Number(one("serveraliveinterval") ?? 0),
		serverAliveCountMax: Number(one("serveralivecountmax") ?? 3),
		controlPath: one("controlpath"),
		hostKeyAlgorithms: list(one("hostkeyalgorithms")),
		loginMethods: loginMethods(one),
		onlyOpenssh: [
			...["gssapiauthentication", "hostbasedauthentication"].filter(
				(key) => one(key) === "yes",
			),
			...(one("revokedhostkeys") === undefined ? [] : ["RevokedHostKeys"]),
		],
	};
}

/** Each method that has not been switched off, those of PreferredAuthentications only, in its order. */
function loginMethods(one: (key: string) => string | undefined): string[] {
	const isOn = (key: string) => !["no", "false"].includes(one(key) ?? "");
	const ways = {
		publickey: isOn("pubkeyauthentication"),
		"keyboard-interactive": isOn("kbdinteractiveauthentication"),
		password: isOn("passwordauthentication"),
	};
	const preferred = list(one("preferredauthentications"));
	return (preferred.length === 0 ? Object.keys(ways) : preferred).filter(
		(way) => way in ways && ways[way as keyof typeof ways],
	);
}

function list(text: string | undefined): string[] {
	return (text ?? "").split(",").filter((word) => word !== "");
}

/** `SSH_AUTH_SOCK` (the default), a variable, a path, or none. */
function agentSocket(
	value: string | undefined,
	{ home, env }: Pick<SshConfigSource, "home" | "env">,
): string | undefined {
	if (value === "none") return undefined;
	if (value === undefined || value === "SSH_AUTH_SOCK")
		return env.SSH_AUTH_SOCK || undefined;
	if (value.startsWith("$"))
		return env[value.slice(1).replace(/^\{(.*)\}$/, "$1")] || undefined;
	return expandHome(value, home);
}

export function expandHome(path: string, home: string): string {
	return path === "~" || path.startsWith("~/") ? home + path.slice(1) : path;
}

/** Absolute paths with a space between them. OpenSSH prints those with spaces in them without quotes. */
function splitPaths(text: string): string[] {
	return text.split(/ (?=[/~])/).filter((path) => path !== "");
}
