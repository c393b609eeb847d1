import type { Duplex, Readable } from "node:stream";
import { type Ask, LlorchError } from "@llorch/core";
import ssh2, { type ConnectConfig } from "ssh2";
import type { SshConfig } from "../hosts/ssh-config.ts";
import {
	type Logins,
	listIdentities,
	type Passphrases,
} from "../login/identities.ts";
import { loginRefused } from "../login/login-refused.ts";
import type { Trust } from "../trust/trust.ts";
import { silentError } from "./dial.ts";
import { createPatience } from "./patience.ts";
import { asChannel } from "./ssh2-channel.ts";
import { createAuthHandler } from "./ssh2-login.ts";
import type { SshConnection } from "./transport.ts";
import { lostError, noSessionError } from "./transport-errors.ts";
import { HOST_KEYS_OF_SSH2 } from "./why-openssh.ts";

/** A connection that can also lead on to the next host. */
export type Ssh2Connection = SshConnection & {
	/** A stream to another host, as seen from this one (ProxyJump). */
	forward(host: string, port: number, signal: AbortSignal): Promise<Duplex>;
};

/** Thrown (as the code's detail) when another client could do it: the ways of OpenSSH that ssh2 lacks. */
export const NO_COMMON_ALGORITHM = "no common algorithm";

/**
 * Logs in with ssh2 over a stream that leads to the host. `signal` ends the attempt; its reason is thrown. Throws as `Trust.check`
 * does, LLORCH_LOGIN_REFUSED, LLORCH_LOGIN_KEY_LOCKED, LLORCH_HOST_NOT_SSH, LLORCH_HOST_LOST.
 */
export async function loginWithSsh2(
	name: string,
	socket: Duplex,
	config: SshConfig,
	options: {
		trust: Trust;
		ask: Ask;
		passphrases: Passphrases;
		/** When the host has ended what ran there, we must know that the link is gone. 0: wait for ever. */
		leaseSeconds: number;
		/** Seconds for each step that is the host's to take; questions and keys do not count. */
		timeoutSeconds: number;
		signal: AbortSignal;
	},
): Promise<Ssh2Connection> {
	const { trust, ask, passphrases, timeoutSeconds, signal } = options;
	const failures: unknown[] = [];
	const address = `${config.hostName}:${config.port}`;
	const patience = createPatience(timeoutSeconds);
	const client = new ssh2.Client();
	// The keys are read while the host takes its time to greet us.
	const listing = config.loginMethods.includes("publickey")
		? listIdentities(config, { host: name, ask, signal, passphrases })
		: Promise.resolve(NO_LOGINS);
	// Nobody may come to ask for them; what went wrong is told below.
	listing.catch(() => {});
	let logins: Logins | undefined;
	const authHandler = createAuthHandler({
		host: name,
		user: config.user,
		methods: config.loginMethods,
		logins: listing,
		ask,
		signal,
		ourTurn: patience.pauseFor,
		failed: (error) => failures.push(error),
	});
	const algorithms = hostKeyKinds(config.hostKeyAlgorithms, trust.knownTypes);
	try {
		await new Promise<void>((resolve, reject) => {
			const abort = () => reject(signal.reason);
			signal.addEventListener("abort", abort, { once: true });
			patience.start(() => reject(silentError(name, address, timeoutSeconds)));
			listing.then((found) => {
				logins = found;
			}, reject);
			client
				.on("ready", () => resolve())
				.on("error", (error: Error & { level?: string }) => {
					// One key that does not sign is no end: the next way is tried.
					if (error.level === "agent") return;
					reject(explain(name, config, error, failures, logins));
				})
				.on("close", () =>
					reject(
						failures[0] ??
							new LlorchError(
								"LLORCH_HOST_NOT_SSH",
								`${name} (${address}) closed the connection before anybody could log in`,
								{
									hint: "Does an SSH server listen there? With too many connections at once, sshd drops some (MaxStartups): try again.",
									run: ["remote", "hosts", "test", name],
								},
							),
					),
				);
			try {
				client.connect({
					sock: socket as unknown as Readable,
					username: config.user,
					readyTimeout: 0,
					hostVerifier: (key: Buffer, verify: (valid: boolean) => void) => {
						patience.pauseFor(trust.check(key)).then(
							() => verify(true),
							(error: unknown) => {
								failures.unshift(error);
								reject(error);
								verify(false);
							},
						);
					},
					authHandler: authHandler as never,
					...keepAlive(config, options.leaseSeconds),
					...(algorithms === undefined ? {} : { algorithms }),
				} as unknown as ConnectConfig);
			} catch (error) {
				reject(error);
			}
		});
	} catch (error) {
		client.on("error", () => {});
		client.destroy();
		socket.destroy();
		throw error;
	} finally {
		patience.stop();
	}
	return wrap(name, client, socket);
}

/** ServerAliveInterval; without it, four signs of life in the time of a lease. */
function keepAlive(config: SshConfig, leaseSeconds: number) {
	if (config.serverAliveInterval > 0)
		return {
			keepaliveInterval: config.serverAliveInterval * 1000,
			keepaliveCountMax: config.serverAliveCountMax,
		};
	return leaseSeconds > 0
		? {
				keepaliveInterval: Math.max(250, leaseSeconds * 250),
				keepaliveCountMax: 4,
			}
		: {};
}

/**
 * What ssh_config takes, as far as ssh2 can. A host has keys of several types and shows the first that we ask for: the types that
 * known_hosts has go first.
 */
function hostKeyKinds(
	allowed: readonly string[],
	knownTypes: readonly string[],
): { serverHostKey: string[] } | undefined {
	const kinds = HOST_KEYS_OF_SSH2.filter((kind) => allowed.includes(kind));
	if (kinds.length === 0) return undefined;
	const isKnown = (kind: string) =>
		knownTypes.includes(kind.replace(/^rsa-sha2-.*/, "ssh-rsa"));
	return {
		serverHostKey: [
			...kinds.filter(isKnown),
			...kinds.filter((kind) => !isKnown(kind)),
		],
	};
}

const NO_LOGINS: Logins = {
	identities: [],
	locked: [],
	skipped: [],
	opensshMay: false,
};

function explain(
	name: string,
	config: SshConfig,
	error: Error & { level?: string },
	failures: readonly unknown[],
	/** What there was to log in with, as far as it was known by then. */
	logins: Logins = NO_LOGINS,
): unknown {
	const own = failures.find((failure) => failure instanceof LlorchError);
	if (error.level === "client-authentication")
		return loginRefused(name, config.user, failures, logins);
	if (own !== undefined) return own;
	const noCommon = /no matching/i.test(error.message);
	return new LlorchError(
		error.level === "client-socket" || error.level === "client-timeout"
			? "LLORCH_HOST_LOST"
			: "LLORCH_HOST_NOT_SSH",
		`${name} and llorch could not agree how to talk: ${error.message}`,
		{
			hint: "transport = \"openssh\" in the host's profile lets the system's ssh connect.",
			run: ["remote", "hosts", "test", name],
			details: noCommon ? { reason: NO_COMMON_ALGORITHM } : {},
			cause: error,
		},
	);
}

function wrap(
	name: string,
	client: InstanceType<typeof ssh2.Client>,
	socket: Duplex,
): Ssh2Connection {
	let reason = "the connection was closed";
	const closed = new Promise<string>((resolve) => {
		client.on("error", (error) => {
			reason = error.message;
		});
		client.on("close", () => resolve(reason));
	});
	return {
		transport: "ssh2",
		description: "ssh2",
		tellsSignals: true,
		closed,
		open: (command, { terminal } = {}) =>
			new Promise((resolve, reject) => {
				const lost = () => reject(lostError(name, reason));
				client.once("close", lost);
				const pty =
					terminal === undefined
						? {}
						: {
								pty: {
									cols: terminal.columns,
									rows: terminal.rows,
									term: terminal.type,
									width: 0,
									height: 0,
								},
							};
				try {
					client.exec(command, pty, (error, channel) => {
						client.off("close", lost);
						if (error) reject(noSessionError(name, error));
						else resolve(asChannel(channel, terminal !== undefined));
					});
				} catch (error) {
					reject(lostError(name, reason, error));
				}
			}),
		forward: (host, port, signal) =>
			new Promise((resolve, reject) => {
				signal.addEventListener("abort", () => reject(signal.reason), {
					once: true,
				});
				client.forwardOut("127.0.0.1", 0, host, port, (error, stream) => {
					if (error)
						reject(
							new LlorchError(
								"LLORCH_HOST_UNREACHABLE",
								`${name} cannot reach ${host}:${port}: ${error.message}`,
								{ hint: `${name} is a ProxyJump on the way.`, cause: error },
							),
						);
					else if (signal.aborted) stream.destroy();
					else resolve(stream);
				});
			}),
		async close() {
			client.end();
			// Whatever had to arrive has been answered; the goodbye itself needs nobody to wait.
			socket.once("finish", () => socket.destroy());
		},
	};
}
