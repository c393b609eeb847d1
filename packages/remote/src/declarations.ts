import { defineSection } from "@llorch/core";

export { remoteErrors } from "./errors.ts";

/** What a profile may say; everything it does not say comes from ssh_config, and `HostName` from the name itself. */
export type HostProfile = {
	host?: string | undefined;
	port?: number | undefined;
	user?: string | undefined;
	identity_file?: string | undefined;
	repo_path?: string | undefined;
	repo_url?: string | undefined;
	transport?: string | undefined;
	/** Folders put before the host's PATH. */
	path?: readonly string[] | undefined;
};

export type Transport = "auto" | "ssh2" | "openssh";

/** The settings of `[remote]`. */
export type RemoteSettings = {
	connect_timeout: number;
	lease: number;
	timeout: number;
	ssh_config: string;
	transport: string;
	repo_path: string;
	repo_url: string;
	hosts: Readonly<Record<string, HostProfile>>;
	groups: Readonly<Record<string, readonly string[]>>;
};

const TRANSPORTS = ["auto", "ssh2", "openssh"];

export const remoteSection = defineSection<RemoteSettings>("remote", {
	connect_timeout: {
		type: "number",
		default: 10,
		range: [0.1, 3600],
		describe: "Seconds a host may take until it lets us in",
	},
	lease: {
		type: "number",
		default: 60,
		range: [0, 604800],
		describe:
			"Seconds that what runs on a host outlives a lost link; 0: until it ends by itself",
	},
	timeout: {
		type: "number",
		default: 0,
		range: [0, 604800],
		env: "LLORCH_REMOTE_TIMEOUT",
		describe:
			"Seconds a command may take on each host once it runs there; 0: no limit",
	},
	ssh_config: {
		type: "string",
		default: "~/.ssh/config",
		describe:
			"The ssh configuration that hosts are resolved with; not taken from a project's .llorch.toml, because it can run programs",
	},
	transport: {
		type: "string",
		default: "auto",
		choices: TRANSPORTS,
		describe:
			"How to connect: llorch's own client (ssh2), the system's ssh (openssh), or whichever can (auto)",
	},
	repo_path: {
		type: "string",
		default: "",
		env: "LLORCH_REMOTE_PATH",
		describe:
			"Where forwarded commands run on hosts whose profile does not say; empty: in the home folder. LLORCH_REMOTE_PATH counts for every host",
	},
	repo_url: {
		type: "string",
		default: "",
		env: "LLORCH_REPO_URL",
		describe:
			"The repository that is offered to clone where repo_path is missing",
	},
	hosts: {
		type: "table",
		default: {},
		describe: "Profiles of hosts, by the name that --remote takes",
		entries: {
			host: {
				type: "string",
				default: undefined,
				describe:
					"Host name, address, or alias of ssh_config; default: the profile's name",
			},
			port: {
				type: "integer",
				default: undefined,
				range: [1, 65535],
				describe: "Port",
			},
			user: { type: "string", default: undefined, describe: "User name there" },
			identity_file: {
				type: "string",
				default: undefined,
				describe: "Private key to log in with",
			},
			repo_path: {
				type: "string",
				default: undefined,
				describe: "Where forwarded commands run",
			},
			repo_url: {
				type: "string",
				default: undefined,
				describe: "Offered to clone where repo_path is missing",
			},
			transport: {
				type: "string",
				default: undefined,
				choices: TRANSPORTS,
				describe: "As remote.transport, for this host",
			},
			path: {
				type: "strings",
				default: undefined,
				describe:
					"Folders put before the host's PATH; `remote hosts test` finds them",
			},
		},
	},
	groups: {
		type: "table",
		default: {},
		describe: "Lists of hosts, by the name that --remote takes after an @",
		check: (groups) =>
			Object.values(groups).every(
				(names) =>
					Array.isArray(names) &&
					names.every((name) => typeof name === "string"),
			)
				? undefined
				: "lists of host names",
	},
});
