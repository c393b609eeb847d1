import { readFileSync, writeFileSync } from "node:fs";
import { type Ask, capture } from "@llorch/core";
import { createLocalRunner } from "@llorch/run";
import type { SshWorld } from "@llorch/testkit/ssh";
import type { RemoteSettings } from "../src/declarations.ts";
import { createRemote, type Remote } from "../src/index.ts";

/** Nobody can be asked. */
export const nobody: Ask = async ({ text }) => {
	const { LlorchError } = await import("@llorch/core");
	throw new LlorchError("LLORCH_NEEDS_ANSWER", text);
};

/** Answers questions in order; `asked` collects their texts. */
export function answering(answers: readonly (string | boolean)[]): {
	ask: Ask;
	asked: string[];
} {
	const asked: string[] = [];
	return {
		asked,
		ask: async ({ id, text }) => {
			const value = answers[asked.length];
			asked.push(text);
			if (value === undefined) throw new Error(`no answer for: ${text}`);
			return { id, value };
		},
	};
}

/** The hosts of a world, as llorch reaches them. */
export function remoteOf(
	world: SshWorld,
	options: Partial<RemoteSettings> & {
		ask?: Ask;
		warn?: (text: string) => void;
	} = {},
): Remote {
	const { ask = nobody, warn = () => {}, ...settings } = options;
	return createRemote({
		settings: {
			connect_timeout: 10,
			lease: 60,
			timeout: 0,
			ssh_config: world.sshConfig,
			transport: "auto",
			repo_path: "",
			repo_url: "",
			hosts: {},
			groups: {},
			...settings,
		},
		source: {
			runner: createLocalRunner({ env: world.env, cwd: world.folder }),
			configFile: world.sshConfig,
			home: world.home,
			env: world.env,
		},
		ask,
		warn,
		signal: new AbortController().signal,
	});
}

export async function runnerOf(remote: Remote, name: string) {
	const [host] = remote.hosts(name).hosts;
	if (host === undefined) throw new Error("no host");
	return (await remote.session(host)).runner;
}

/** What a program there says when all is well: `in`. */
export const echo = async (remote: Remote, name: string) =>
	(await capture(await runnerOf(remote, name), { file: "echo", args: ["in"] }))
		.stdout;

export const transportTo = async (remote: Remote, name: string) => {
	const [ref] = remote.hosts(name).hosts;
	if (ref === undefined) throw new Error("no host");
	return (await remote.session(ref)).connection.transport;
};

/** Adds lines to the beginning of our ssh_config, where they win. */
export function configure(world: SshWorld, text: string): void {
	writeFileSync(
		world.sshConfig,
		`${text}\n${readFileSync(world.sshConfig, "utf8")}`,
	);
}
