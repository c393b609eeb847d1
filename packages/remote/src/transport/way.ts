import type { Duplex } from "node:stream";
import { type Ask, LlorchError } from "@llorch/core";
import type { HostRef } from "../hosts/host-names.ts";
import {
	resolveHost,
	type SshConfig,
	type SshConfigSource,
} from "../hosts/ssh-config.ts";
import type { Passphrases } from "../login/identities.ts";
import { openTrust } from "../trust/trust.ts";
import { dial, silentError } from "./dial.ts";
import type { Ssh2Connection } from "./ssh2.ts";
import { OPENSSH_HINT, whyOpenssh } from "./why-openssh.ts";

/** Connections to the hosts on the way to others (ProxyJump), by the way there: `gate`, `gate,door`. One for all who go it. */
export type Jumps = Map<string, Promise<Ssh2Connection>>;

export type WayOptions = {
	source: SshConfigSource;
	passphrases: Passphrases;
	jumps: Jumps;
	ask: Ask;
	warn(text: string): void;
	/** Seconds for each step that a host has to take. */
	timeoutSeconds: number;
	leaseSeconds: number;
	signal: AbortSignal;
};

/** Connects to a host with ssh2, directly or by the way that ssh_config says. Throws as `loginWithSsh2` and `dial` do. */
export function connectWithSsh2(
	host: HostRef,
	config: SshConfig,
	options: WayOptions,
): Promise<Ssh2Connection> {
	return logIn(host, config, reach(host, config, options), options);
}

/** A host that is reached through itself never is: each would wait for the other. Throws LLORCH_SSH_CONFIG_INVALID. */
export async function refuseLoop(
	host: HostRef,
	config: Pick<SshConfig, "proxyJump">,
	resolve: (host: HostRef) => Promise<Pick<SshConfig, "proxyJump">>,
): Promise<void> {
	const way: string[] = [];
	// As `ssh -J` does: only the first host of a chain keeps its own ProxyJump.
	for (
		let [next] = config.proxyJump;
		next !== undefined;
		[next] = (await resolve(readJump(next))).proxyJump
	) {
		const known = way.includes(next);
		way.push(next);
		if (known)
			throw new LlorchError(
				"LLORCH_SSH_CONFIG_INVALID",
				`the ProxyJump of ${host.name} leads in a circle: ${way.join(", then ")}`,
				{
					hint: "A pattern may mean the host on the way too: `Host * !gate` leaves that one out.",
				},
			);
	}
}

/** Logs in over a stream that is being opened; known_hosts is read meanwhile. */
async function logIn(
	host: HostRef,
	config: SshConfig,
	opening: Promise<Duplex>,
	{
		ask,
		warn,
		signal,
		source,
		passphrases,
		timeoutSeconds,
		leaseSeconds,
	}: WayOptions,
): Promise<Ssh2Connection> {
	const { runner } = source;
	const trusting = openTrust(host.name, config, { runner, ask, warn, signal });
	trusting.catch(() => {});
	const socket = await opening;
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
		const { loginWithSsh2 } = await import("./ssh2.ts");
		return await loginWithSsh2(host.name, socket, config, {
			trust,
			ask,
			passphrases,
			timeoutSeconds,
			leaseSeconds,
			signal,
		});
	} catch (error) {
		socket.destroy();
		throw error;
	}
}

/** A stream to the host's SSH server. Throws LLORCH_HOST_SILENT when there is none in time. */
async function reach(
	host: HostRef,
	config: SshConfig,
	options: WayOptions,
): Promise<Duplex> {
	await refuseLoop(host, config, (jump) => resolveHost(jump, options.source));
	const last = await openJumps(host, config.proxyJump, options);
	return step(host.name, config, last, options);
}

/** From the host before, or from here, to the next. */
async function step(
	name: string,
	{ hostName, port }: SshConfig,
	from: Ssh2Connection | undefined,
	{ signal, timeoutSeconds }: WayOptions,
): Promise<Duplex> {
	const late = new AbortController();
	const timer = setTimeout(
		() => late.abort(silentError(name, `${hostName}:${port}`, timeoutSeconds)),
		timeoutSeconds * 1000,
	);
	try {
		const both = AbortSignal.any([signal, late.signal]);
		return from === undefined
			? await dial(name, { host: hostName, port }, both)
			: await from.forward(hostName, port, both);
	} finally {
		clearTimeout(timer);
	}
}

async function openJumps(
	host: HostRef,
	names: readonly string[],
	options: WayOptions,
): Promise<Ssh2Connection | undefined> {
	const { jumps } = options;
	let last: Ssh2Connection | undefined;
	for (const [index, name] of names.entries()) {
		const way = names.slice(0, index + 1).join(",");
		const opening = jumps.get(way) ?? openJump(host, name, last, options);
		jumps.set(way, opening);
		last = await opening;
	}
	return last;
}

async function openJump(
	host: HostRef,
	name: string,
	before: Ssh2Connection | undefined,
	options: WayOptions,
): Promise<Ssh2Connection> {
	const jump = readJump(name);
	const config = await resolveHost(jump, options.source);
	const why = whyOpenssh(config);
	if (why !== undefined)
		throw new LlorchError(
			"LLORCH_HOST_UNREACHABLE",
			`${jump.name}, on the way to ${host.name}, needs ${why}, which ssh2 cannot do`,
			{ hint: OPENSSH_HINT, details: { opensshMay: true } },
		);
	return before === undefined
		? connectWithSsh2(jump, config, options)
		: logIn(jump, config, step(jump.name, config, before, options), options);
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
