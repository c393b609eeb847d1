import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
	capture,
	hasCode,
	LlorchError,
	quotePosix,
	sanitize,
	succeeded,
} from "@llorch/core";
import type { HostRef } from "../hosts/host-names.ts";
import {
	destinationArgs,
	type SshConfig,
	type SshConfigSource,
} from "../hosts/ssh-config.ts";
import { silentError } from "./dial.ts";
import type { Channel, ChannelEnd, SshConnection } from "./transport.ts";

/** True when the user's ssh_config has a connection to this host open already (ControlMaster). */
export async function hasLiveMaster(
	host: HostRef,
	config: SshConfig,
	source: SshConfigSource,
): Promise<boolean> {
	if (config.controlPath === undefined) return false;
	const ran = await capture(source.runner, {
		file: "ssh",
		args: ["-O", "check", ...destinationArgs(host, source)],
	});
	return succeeded(ran.result);
}

/**
 * Logs in with the system's `ssh`: one master process for the connection, one small client for each command. It asks nothing
 * (BatchMode). Throws what its messages say: LLORCH_HOST_KEY_UNKNOWN, LLORCH_LOGIN_REFUSED and so on, and LLORCH_SSH_MISSING.
 */
export async function connectWithOpenssh(
	host: HostRef,
	config: SshConfig,
	source: SshConfigSource,
	options: {
		/** Use the connection that is open already. */
		live: boolean;
		timeoutSeconds: number;
		signal: AbortSignal;
	},
): Promise<SshConnection> {
	const destination = destinationArgs(host, source);
	if (options.live)
		return wrap(host.name, ["-o", "BatchMode=yes", ...destination], {
			description: "openssh (ControlMaster)",
			closed: new Promise(() => {}),
			close: async () => {},
			env: source.env,
		});
	const folder = await mkdtemp(join(tmpdir(), "llorch-ssh-"));
	const control = join(folder, "master");
	const master = spawn(
		"ssh",
		[
			"-M",
			"-N",
			"-S",
			control,
			"-o",
			"BatchMode=yes",
			"-o",
			`ConnectTimeout=${Math.ceil(options.timeoutSeconds)}`,
			"-o",
			"ControlPersist=no",
			// Prints one word once we are in; runs here.
			"-o",
			"PermitLocalCommand=yes",
			"-o",
			"LocalCommand=echo ready",
			...destination,
		],
		{
			stdio: ["ignore", "pipe", "pipe"],
			env: { ...source.env } as NodeJS.ProcessEnv,
			detached: true,
		},
	);
	const clean = () => rm(folder, { recursive: true, force: true });
	let complaint = "";
	master.stderr.on("data", (bytes: Buffer) => {
		complaint = (complaint + bytes.toString()).slice(-4000);
	});
	try {
		await new Promise<void>((resolve, reject) => {
			const abort = () => reject(options.signal.reason);
			options.signal.addEventListener("abort", abort, { once: true });
			if (options.signal.aborted) abort();
			const timer = setTimeout(
				() =>
					reject(
						silentError(
							host.name,
							`${config.hostName}:${config.port}`,
							options.timeoutSeconds,
						),
					),
				options.timeoutSeconds * 1000,
			);
			const settle = (end: () => void) => {
				clearTimeout(timer);
				options.signal.removeEventListener("abort", abort);
				end();
			};
			master.stdout.on("data", (bytes: Buffer) => {
				if (bytes.includes("ready")) settle(resolve);
			});
			master.once("error", (error) => settle(() => reject(error)));
			master.once("close", () =>
				settle(() => reject(explain(host.name, config, complaint))),
			);
		});
	} catch (error) {
		master.kill();
		await clean();
		throw hasCode(error, "ENOENT") ? missing(error) : error;
	}
	const closed = once(master, "close").then(async () => {
		await clean();
		return complaint.trim() || "ssh ended";
	});
	return wrap(
		host.name,
		["-S", control, "-o", "BatchMode=yes", ...destination],
		{
			description: "openssh",
			closed,
			env: source.env,
			async close() {
				master.kill();
				await closed;
			},
		},
	);
}

function missing(cause: unknown): LlorchError {
	return new LlorchError("LLORCH_SSH_MISSING", "ssh cannot be run", {
		hint: "Install OpenSSH's client.",
		cause,
	});
}

/** What ssh's complaint means. (Its texts are OpenSSH's own, stable for many years.) */
function explain(
	name: string,
	config: SshConfig,
	complaint: string,
): LlorchError {
	const text = sanitize(complaint).trim();
	const address = `${config.hostName}:${config.port}`;
	const run = ["remote", "hosts", "test", name];
	const error = (code: `LLORCH_${string}`, message: string, hint?: string) =>
		new LlorchError(code, message, {
			run,
			...(hint === undefined ? {} : { hint }),
			details: { ssh: text },
		});
	if (/marked as revoked|REVOKED HOST KEY/i.test(text))
		return error(
			"LLORCH_HOST_KEY_REVOKED",
			`${name} shows a key that was revoked`,
			text,
		);
	if (/IDENTIFICATION HAS CHANGED/.test(text))
		return error(
			"LLORCH_HOST_KEY_CHANGED",
			`${name} shows another key than the one that is known`,
			text,
		);
	if (/Host key verification failed/.test(text))
		return error(
			"LLORCH_HOST_KEY_UNKNOWN",
			`the key of ${name} is not known`,
			`Connect once by hand, and compare the fingerprint: ${quotePosix(["ssh", "-p", String(config.port), `${config.user}@${config.hostName}`])}`,
		);
	if (/Permission denied|Too many authentication failures/.test(text))
		return error(
			"LLORCH_LOGIN_REFUSED",
			`${name} refused the login of ${config.user}`,
			`ssh says: ${text}\nIt can ask nothing here: a key with a passphrase has to be in the agent (ssh-add).`,
		);
	if (/Could not resolve hostname/.test(text))
		return error(
			"LLORCH_HOST_UNKNOWN",
			`there is no host ${name} (${address} has no address)`,
		);
	if (/Connection refused/.test(text))
		return error(
			"LLORCH_HOST_REFUSED",
			`${name} refused the connection: nothing listens at ${address}`,
		);
	if (/timed out/.test(text)) return silentError(name, address);
	return error(
		"LLORCH_HOST_UNREACHABLE",
		`ssh could not connect to ${name}: ${text.split("\n").at(-1) ?? ""}`,
		text,
	);
}

function wrap(
	name: string,
	args: readonly string[],
	connection: Pick<SshConnection, "description" | "closed" | "close"> & {
		env: Readonly<Record<string, string | undefined>>;
	},
): SshConnection {
	const { env, ...rest } = connection;
	return {
		transport: "openssh",
		...rest,
		async open(command, { terminal } = {}) {
			const child = spawn(
				"ssh",
				[
					...(terminal === undefined ? ["-T"] : ["-tt"]),
					// No word about the shared connection at the end.
					...["-o", "LogLevel=ERROR"],
					...args,
					terminal === undefined
						? command
						: // Without a terminal here, the modes that ssh sends are all off: Ctrl-C would be a character.
							`stty sane cols ${terminal.columns} rows ${terminal.rows}; ${command}`,
				],
				{
					stdio: ["pipe", "pipe", "pipe"],
					env: {
						...env,
						...(terminal === undefined ? {} : { TERM: terminal.type }),
					} as NodeJS.ProcessEnv,
					// Ctrl-C is ours to pass on, not the terminal's.
					detached: true,
				},
			);
			await once(child, "spawn").catch((error: unknown) => {
				throw missing(error);
			});
			return asChannel(name, child);
		},
	};
}

function asChannel(
	_name: string,
	child: ChildProcess & Pick<Channel, "stdin" | "stdout" | "stderr">,
): Channel {
	child.stdin.on("error", () => {});
	const exited = new Promise<ChannelEnd>((resolve) => {
		child.once("exit", (code, signal) =>
			resolve(
				// 255 is ssh's own: the far command's wrapper never ends with it without having begun.
				code === null
					? { lost: `ssh was ended by ${signal}` }
					: { exitCode: code },
			),
		);
	});
	return {
		stdin: child.stdin,
		stdout: child.stdout,
		stderr: child.stderr,
		exited,
		// ssh takes the size from its own terminal, and it has none.
		resize: undefined,
		close: () => void child.kill(),
	};
}
