import type { Duplex } from "node:stream";
import { type Ask, LlorchError } from "@llorch/core";
import type { RemoteSettings, Transport } from "./declarations.ts";
import type { HostRef } from "./hosts/host-names.ts";
import {
	resolveHost,
	type SshConfig,
	type SshConfigSource,
} from "./hosts/ssh-config.ts";
import type { Passphrases } from "./login/identities.ts";
import { dial, silentError } from "./transport/dial.ts";
import { connectWithOpenssh, hasLiveMaster } from "./transport/openssh.ts";
import type { Ssh2Connection } from "./transport/ssh2.ts";
import type { SshConnection } from "./transport/transport.ts";
import { openTrust } from "./trust/trust.ts";

export type ConnectOptions = {
	source: SshConfigSource;
	settings: Pick<RemoteSettings, "connect_timeout" | "lease" | "transport">;
	passphrases: Passphrases;
	ask: Ask;
	signal: AbortSignal;
};

const OPENSSH_HINT =
	"transport = \"openssh\" in the host's profile lets the system's ssh connect.";

/** The reason why ssh2 cannot reach a host, or undefined when it may. */
export function whyOpenssh(config: SshConfig): string | undefined {
	if (config.proxyCommand !== undefined) return "ProxyCommand";
	if (config.certificateFiles.length > 0) return "certificates";
	return config.onlyOpenssh[0];
}

/**
 * Connects to a host and logs in. The transport is ssh2; where ssh_config has a live ControlMaster, that; and the system's ssh
 * where ssh2 cannot (certificates, FIDO keys, ProxyCommand, algorithms) or the profile says so. Throws the LLORCH_HOST_…,
 * LLORCH_LOGIN_… and LLORCH_SSH_… codes, all exit 5.
 */
export async function connect(
	host: HostRef,
	options: ConnectOptions,
): Promise<SshConnection> {
	const { source, settings, signal } = options;
	const wanted = (host.profile.transport ?? settings.transport) as Transport;
	const resolving = resolveHost(host, source);
	// While ssh reads its configuration there is time to load what will be needed.
	if (wanted !== "openssh") import("./transport/ssh2.ts").catch(() => {});
	const config = await resolving;
	const timeoutSeconds =
		config.connectTimeoutSeconds ?? settings.connect_timeout;
	const openssh = (live: boolean) =>
		connectWithOpenssh(host, config, source, {
			live,
			timeoutSeconds,
			leaseSeconds: settings.lease,
			signal,
		});
	if (wanted !== "ssh2" && (await hasLiveMaster(host, config, source)))
		return openssh(true);
	if (wanted === "openssh") return openssh(false);
	if (wanted === "auto" && whyOpenssh(config) !== undefined)
		return openssh(false);
	try {
		return await connectWithSsh2(host, config, { ...options, timeoutSeconds });
	} catch (error) {
		if (wanted === "ssh2" || !opensshMay(error)) throw error;
		return openssh(false).catch((second: unknown) => {
			throw bothRefused(error, second) ?? second;
		});
	}
}

/** Where ssh2 lacks an algorithm, a certificate authority or a kind of key, OpenSSH may do better. */
function opensshMay(error: unknown): boolean {
	if (!(error instanceof LlorchError)) return false;
	const { details } = error.info;
	return (
		details?.reason === "no common algorithm" || details?.opensshMay === true
	);
}

/** Two logins that were refused, as one error: what we tried, and what ssh says. */
function bothRefused(first: unknown, second: unknown): LlorchError | undefined {
	const [ours, theirs] = [first, second].map((error) =>
		error instanceof LlorchError && error.info.code === "LLORCH_LOGIN_REFUSED"
			? error.info
			: undefined,
	);
	if (ours === undefined || theirs === undefined) return undefined;
	return LlorchError.from({
		...ours,
		hint: [ours.hint, theirs.hint].join("\n"),
	});
}

type Ssh2Options = ConnectOptions & { timeoutSeconds: number };

async function connectWithSsh2(
	host: HostRef,
	config: SshConfig,
	options: Ssh2Options,
): Promise<Ssh2Connection> {
	const { ask, signal, source, passphrases, timeoutSeconds } = options;
	const trusting = openTrust(host.name, config, {
		runner: source.runner,
		ask,
		signal,
	});
	trusting.catch(() => {});
	const { socket, jumps } = await reach(host, config, options);
	try {
		const trust = await trusting;
		if (trust.needsCertificates)
			throw new LlorchError(
				"LLORCH_HOST_KEY_UNKNOWN",
				`only an authority vouches for ${host.name} (@cert-authority), which ssh2 cannot check`,
				{
					hint: OPENSSH_HINT,
					run: ["remote", "hosts", "test", host.name],
					details: { opensshMay: true },
				},
			);
		const { loginWithSsh2 } = await import("./transport/ssh2.ts");
		const connection = await loginWithSsh2(host.name, socket, config, {
			trust,
			ask,
			passphrases,
			timeoutSeconds,
			leaseSeconds: options.settings.lease,
			signal,
		});
		return {
			...connection,
			async close() {
				await connection.close();
				for (const jump of jumps.toReversed()) await jump.close();
			},
		};
	} catch (error) {
		socket.destroy();
		for (const jump of jumps.toReversed()) await jump.close();
		throw error;
	}
}

/** A stream to the host's SSH server: directly, or through the hosts of ProxyJump. */
async function reach(
	host: HostRef,
	config: SshConfig,
	options: Ssh2Options,
): Promise<{ socket: Duplex; jumps: Ssh2Connection[] }> {
	const { signal, source, timeoutSeconds } = options;
	const address = { host: config.hostName, port: config.port };
	if (config.proxyJump.length === 0) {
		const late = silentError(
			host.name,
			`${address.host}:${address.port}`,
			timeoutSeconds,
		);
		const timeout = new AbortController();
		const timer = setTimeout(() => timeout.abort(late), timeoutSeconds * 1000);
		try {
			const both = AbortSignal.any([signal, timeout.signal]);
			return { socket: await dial(host.name, address, both), jumps: [] };
		} finally {
			clearTimeout(timer);
		}
	}
	const jumps: Ssh2Connection[] = [];
	try {
		for (const [index, text] of config.proxyJump.entries()) {
			const jump = readJump(text);
			const resolved = await resolveHost(jump, source);
			// As `ssh -J` does: only the first host of the chain keeps its own ProxyJump.
			const own: SshConfig =
				index === 0 ? resolved : { ...resolved, proxyJump: [] };
			const why = whyOpenssh(own);
			if (why !== undefined)
				throw new LlorchError(
					"LLORCH_HOST_UNREACHABLE",
					`${jump.name}, on the way to ${host.name}, needs ${why}, which ssh2 cannot do`,
					{ hint: OPENSSH_HINT, details: { opensshMay: true } },
				);
			const before = jumps.at(-1);
			jumps.push(
				before === undefined
					? await connectWithSsh2(jump, own, options)
					: await loginThrough(before, jump, own, options),
			);
		}
		const last = jumps.at(-1) as Ssh2Connection;
		return { socket: await last.forward(address.host, address.port), jumps };
	} catch (error) {
		for (const jump of jumps.toReversed()) await jump.close();
		throw error;
	}
}

async function loginThrough(
	before: Ssh2Connection,
	host: HostRef,
	config: SshConfig,
	{ ask, signal, source, passphrases, timeoutSeconds, settings }: Ssh2Options,
): Promise<Ssh2Connection> {
	const { loginWithSsh2 } = await import("./transport/ssh2.ts");
	const trust = await openTrust(host.name, config, {
		runner: source.runner,
		ask,
		signal,
	});
	const socket = await before.forward(config.hostName, config.port);
	return loginWithSsh2(host.name, socket, config, {
		trust,
		ask,
		passphrases,
		timeoutSeconds,
		leaseSeconds: settings.lease,
		signal,
	});
}

/** `user@host:port`, or `ssh://user@host:port`. */
function readJump(text: string): HostRef {
	const [, user, host = text, port] =
		/^(?:ssh:\/\/)?(?:(.*)@)?(.*?)(?::(\d+))?$/.exec(text) ?? [];
	return {
		name: host,
		profile: {
			host: host.replace(/^\[(.*)\]$/, "$1"),
			...(user === undefined ? {} : { user }),
			...(port === undefined ? {} : { port: Number(port) }),
		},
	};
}
