import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeWorld, type World, type WorldOptions } from "../world.ts";
import {
	makeKey,
	type SshHost,
	type SshHostOptions,
	startSshHost,
} from "./ssh-host.ts";

export type SshWorldOptions = WorldOptions & {
	/** The hosts, by the names that the world's ssh_config gives them. */
	hosts: Readonly<Record<string, SshHostOptions>>;
};

/** A world with other machines in it: they are known to ssh_config and known_hosts, and let our key in. */
export type SshWorld = World & {
	readonly hosts: Readonly<Record<string, SshHost>>;
	/** The world's ssh_config; tests write their own lines into it. */
	readonly sshConfig: string;
	readonly knownHosts: string;
	/** Our private key. */
	readonly key: string;
};

export async function makeSshWorld({
	hosts: wanted,
	...options
}: SshWorldOptions): Promise<SshWorld> {
	const world = await makeWorld(options);
	const folder = join(world.home, ".ssh");
	mkdirSync(folder, { mode: 0o700 });
	const key = join(folder, "id_ed25519");
	const publicKey = makeKey(key);
	const knownHosts = join(folder, "known_hosts");
	const sshConfig = join(folder, "config");
	const hosts: Record<string, SshHost> = {};
	const started = await Promise.all(
		Object.entries(wanted).map(
			async ([name, host]) => [name, await startSshHost(host)] as const,
		),
	);
	for (const [name, host] of started) {
		hosts[name] = host;
		host.authorize(publicKey);
	}
	writeFileSync(
		knownHosts,
		started
			.map(
				([name, { port, publicKey }]) =>
					`[${wanted[name]?.network ? "127.*" : "127.0.0.1"}]:${port} ${publicKey}\n`,
			)
			.join(""),
	);
	writeFileSync(
		sshConfig,
		[
			...started.map(
				([name, { port }]) =>
					`Host ${name}\n\tHostName 127.0.0.1\n\tPort ${port}\n`,
			),
			// `ssh` reads the home of the password file, not HOME: everything is named.
			`Host *\n\tUser root\n\tIdentityFile "${key}"\n\tIdentitiesOnly yes\n\tIdentityAgent none\n\tUserKnownHostsFile "${knownHosts}"\n\tGlobalKnownHostsFile none\n`,
		].join(""),
	);
	chmodSync(sshConfig, 0o600);
	await world.write({
		"~/.config/llorch/config.toml": `version = 1\n\n[remote]\nssh_config = "${sshConfig}"\n`,
	});
	const dispose = async () => {
		await Promise.all(started.map(([, host]) => host.stop()));
		await world.dispose();
	};
	return {
		...world,
		hosts,
		sshConfig,
		knownHosts,
		key,
		dispose,
		[Symbol.asyncDispose]: dispose,
	};
}
