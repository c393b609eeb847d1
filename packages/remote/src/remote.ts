import {
	type Ask,
	type CommandRunner,
	closest,
	LlorchError,
	type RunSpec,
} from "@llorch/core";
import { observeRunner } from "@llorch/run/observe-runner";
import { connect } from "./connect.ts";
import type { RemoteSettings } from "./declarations.ts";
import { type HostList, type HostRef, readHosts } from "./hosts/host-names.ts";
import type { SshConfigSource } from "./hosts/ssh-config.ts";
import { createSshRunner, type SshRunner } from "./runner/ssh-runner.ts";
import type { SshConnection } from "./transport/transport.ts";
import type { Jumps } from "./transport/way.ts";

/** One host that we are connected to. */
export type HostSession = {
	host: HostRef;
	connection: SshConnection;
	/** Runs programs there. */
	runner: CommandRunner;
	resize(columns: number, rows: number): void;
};

/** The hosts of one invocation: at most one connection to each, however many commands it runs there. */
export type Remote = {
	/** Reads what `--remote` was given. Throws as `readHosts` does. */
	hosts(text: string): HostList;
	/** Connects at the first call. Throws as `connect` does; every error names its host. */
	session(host: HostRef): Promise<HostSession>;
	/** Says goodbye to every host. To be awaited: what is not said does not arrive. */
	close(): Promise<void>;
	[Symbol.asyncDispose](): Promise<void>;
};

export type RemoteOptions = {
	settings: RemoteSettings;
	source: SshConfigSource;
	ask: Ask;
	signal: AbortSignal;
	/** Told what the user should know, though all goes on. */
	warn(text: string): void;
	/** Told of every program that is started on a host. */
	observe?(host: string, spec: RunSpec): void;
	/** TERM for commands with a terminal. */
	terminalType?: string | undefined;
};

export function createRemote(options: RemoteOptions): Remote {
	const { settings, source, signal } = options;
	const passphrases = new Map();
	const jumps: Jumps = new Map();
	const open = new Map<string, Promise<HostSession & { runner: SshRunner }>>();

	const openSession = async (host: HostRef) => {
		const connection = await connect(host, {
			source,
			settings,
			passphrases,
			jumps,
			ask: (question, asked) =>
				options.ask({ ...question, host: host.name }, asked),
			warn: options.warn,
			signal,
		}).catch((error: unknown) => {
			throw explain(error, host, settings.hosts);
		});
		const runner = createSshRunner({
			host: host.name,
			connection,
			leaseSeconds: settings.lease,
			path: host.profile.path ?? [],
			terminalType: options.terminalType,
		});
		return { host, connection, runner, resize: runner.resize };
	};
	const close = async () => {
		await Promise.all(
			[...open.values()].map(async (opening) => {
				const session = await opening.catch(() => undefined);
				if (session === undefined) return;
				await session.runner.leave();
				await session.connection.close();
			}),
		);
		open.clear();
		for (const opening of [...jumps.values()].toReversed())
			await opening.then(
				(jump) => jump.close(),
				() => {},
			);
		jumps.clear();
	};
	return {
		hosts: (text) => readHosts(text, settings),
		async session(host) {
			const opening = open.get(host.name) ?? openSession(host);
			open.set(host.name, opening);
			const session = await opening;
			const { observe } = options;
			return {
				...session,
				runner:
					observe === undefined
						? session.runner
						: observeRunner(session.runner, (spec) => observe(host.name, spec)),
			};
		},
		close,
		[Symbol.asyncDispose]: close,
	};
}

/** Every error names its host; a name that leads nowhere may be that of a profile, mistyped. */
function explain(
	error: unknown,
	{ name, profile }: HostRef,
	profiles: RemoteSettings["hosts"],
): unknown {
	if (!(error instanceof LlorchError)) return error;
	const { info } = error;
	info.host ??= name;
	const near =
		info.code === "LLORCH_HOST_UNKNOWN"
			? closest(profile.host ?? name, Object.keys(profiles))
			: undefined;
	if (near !== undefined && near !== name)
		info.hint = `Did you mean ${near}? ${info.hint}`;
	return error;
}
