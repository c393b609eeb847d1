import { access } from "node:fs/promises";
import { join } from "node:path";
import {
	type Check,
	type CommandRunner,
	type Finding,
	formatCount,
} from "@llorch/core";
import { installPackage, type Machine } from "../machine.ts";
import { runProgram } from "../run-program.ts";

/** The OpenSSH client: other hosts are reached by its rules. */
export function sshCheck(
	runner: CommandRunner,
	machine: () => Promise<Machine>,
): Check {
	return {
		id: "ssh",
		title: "ssh",
		timeoutMs: 5_000,
		async run(signal) {
			const spec = { file: "ssh", args: ["-V"] };
			const answer = await runProgram(runner, spec, signal);
			if (answer === undefined)
				return [
					{
						level: "warning",
						text: "ssh is not on PATH: no other host can be reached",
						...installPackage(await machine(), {
							brew: ["openssh"],
							"apt-get": ["openssh-client"],
							dnf: ["openssh-clients"],
							pacman: ["openssh"],
							zypper: ["openssh-clients"],
							apk: ["openssh-client"],
						}),
					},
				];
			// `OpenSSH_9.2p1 Debian-2+deb12u3, OpenSSL 3.0.15`, on stderr.
			const [version = ""] = answer.stderr.trim().split(/[, ]/);
			return [{ level: "ok", text: version.replace("_", " ") }];
		},
	};
}

// The names ssh-add looks for by itself (ssh-add(1) of OpenSSH 9).
const KEYS = [
	"id_rsa",
	"id_ecdsa",
	"id_ecdsa_sk",
	"id_ed25519",
	"id_ed25519_sk",
];

/** The agent that holds the keys' passphrases. */
export function sshAgentCheck(
	runner: CommandRunner,
	place: {
		home: string;
		/** SSH_AUTH_SOCK: where the agent listens. */
		socket: string | undefined;
		/** The user's shell, to start with an agent around it. */
		shell: string | undefined;
	},
): Check {
	return {
		id: "ssh.agent",
		title: "ssh agent",
		timeoutMs: 5_000,
		async run(signal) {
			const spec = { file: "ssh-add", args: ["-l"] };
			const answer = await runProgram(runner, spec, signal);
			// Without OpenSSH there is nothing to look at, and the check of ssh says so.
			if (answer === undefined) return [];
			const { result, stdout } = answer;
			if ("exitCode" in result && result.exitCode === 0) {
				const keys = stdout.trim().split("\n").length;
				return [{ level: "ok", text: `${formatCount(keys, "key")} loaded` }];
			}
			// ssh-add(1): 1 when the agent has none, 2 when it cannot be reached.
			if ("exitCode" in result && result.exitCode === 1)
				return [await noKeys(place.home)];
			return [noAgent(place.socket, place.shell ?? "sh")];
		},
	};
}

async function noKeys(home: string): Promise<Finding> {
	for (const key of KEYS) {
		const found = await access(join(home, ".ssh", key)).then(
			() => true,
			() => false,
		);
		if (found)
			return {
				level: "warning",
				text: "the ssh agent holds no keys: every connection would ask for the passphrase",
				fix: { run: ["ssh-add"], safe: false },
			};
	}
	return {
		level: "warning",
		text: "the ssh agent holds no keys, and there is none in ~/.ssh",
		fix: { run: ["ssh-keygen", "-t", "ed25519"], safe: false },
	};
}

function noAgent(socket: string | undefined, shell: string): Finding {
	return {
		level: "warning",
		text: socket
			? `the ssh agent at ${socket} does not answer`
			: "no ssh agent runs (SSH_AUTH_SOCK is not set)",
		// An agent can only be given to what is started under it.
		fix: { run: ["ssh-agent", shell], safe: false },
	};
}
