import { formatRunSpec, type RunSpec } from "@llorch/core";
import {
	createQueryRunner,
	createRemote,
	expandHome,
	type Remote,
} from "@llorch/remote";
import {
	type RemoteSettings,
	remoteSection,
} from "@llorch/remote/declarations";
import { observeRunner } from "@llorch/run/observe-runner";
import type { App } from "../app.ts";

/** The part of an `App` that hosts need. */
export type RemoteNeeds = Pick<
	App,
	"env" | "home" | "ask" | "signal" | "config" | "log" | "report"
>;

export async function openRemote(
	app: RemoteNeeds,
	flags: { verbose: boolean },
	overrides: Partial<RemoteSettings> = {},
): Promise<Remote> {
	const { env, home, ask, signal } = app;
	const config = await app.config();
	const settings = { ...config.get(remoteSection), ...overrides };
	const origin = config.origin(remoteSection, "ssh_config");
	// An ssh_config runs programs (Match exec, ProxyCommand): a repository that was cloned does not choose one.
	if (origin.kind === "project") {
		settings.ssh_config = remoteSection.settings.ssh_config.default;
		app.report({
			type: "note",
			level: "warn",
			text: `remote.ssh_config of ${origin.path} is not used: an ssh_config can run programs, so it has to stand in your own configuration`,
		});
	}
	const log = await app.log();
	const observe = (host: string, spec: RunSpec) => {
		log.write({ event: "run", host, spec });
		if (flags.verbose)
			app.report({
				type: "note",
				level: "info",
				text:
					host === "local"
						? `$ ${formatRunSpec(spec)}`
						: // The far home: to be expanded over there, so outside the quotes.
							`[${host}] $ ${formatRunSpec(spec).replaceAll("'~/", "~/'")}`,
			});
	};
	return createRemote({
		settings,
		ask,
		signal,
		terminalType: env.TERM,
		source: {
			runner: observeRunner(
				createQueryRunner({ env, cwd: home, signal }),
				(spec) => observe("local", spec),
			),
			configFile: await chosenConfig(settings.ssh_config, home),
			home,
			env,
		},
		warn: (text) => app.report({ type: "note", level: "warn", text }),
		observe,
	});
}

/** `-F` turns off the system's ssh_config, so it is given only where another file is meant than ssh would read by itself. */
async function chosenConfig(
	path: string,
	home: string,
): Promise<string | undefined> {
	const expanded = expandHome(path, home);
	if (expanded === `${(await homeOfUser()) ?? home}/.ssh/config`)
		return undefined;
	if (path !== remoteSection.settings.ssh_config.default) return expanded;
	const { existsSync } = await import("node:fs");
	return existsSync(expanded) ? expanded : "none";
}

/** The home that OpenSSH reads, whatever HOME says. Bun's `userInfo()` believes HOME (1.4.5); macOS lists nobody, and there it is HOME. */
async function homeOfUser(): Promise<string | undefined> {
	const { readFile } = await import("node:fs/promises");
	const users = await readFile("/etc/passwd", "utf8").catch(() => "");
	const uid = String(process.getuid?.());
	return users
		.split("\n")
		.map((line) => line.split(":"))
		.find((fields) => fields[2] === uid)?.[5];
}
