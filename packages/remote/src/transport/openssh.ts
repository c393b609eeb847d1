import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
	type Ask,
	capture,
	hasCode,
	LlorchError,
	succeeded,
} from "@llorch/core";
import { createGuardian } from "@llorch/run/guardian";
import type { HostRef } from "../hosts/host-names.ts";
import {
	destinationArgs,
	type SshConfig,
	type SshConfigSource,
} from "../hosts/ssh-config.ts";
import { openAskpass } from "./askpass.ts";
import { silentError } from "./dial.ts";
import { complaintError } from "./openssh-complaint.ts";
import { createPatience } from "./patience.ts";
import type { Channel, ChannelEnd, SshConnection } from "./transport.ts";

/** True when the user's ssh_config has a connection to this host open already (ControlMaster). */
export async function hasLiveMaster(
	host: HostRef,
	config: SshConfig,
	source: SshConfigSource,
	timeoutSeconds: number,
): Promise<boolean> {
	return (
		config.controlPath !== undefined &&
		(await isLive(destinationArgs(host, source), source, timeoutSeconds))
	);
}

/** A master that does not answer in time (stopped, stuck), or that nobody may ask any more, is none. */
function isLive(
	args: readonly string[],
	{ runner }: SshConfigSource,
	timeoutSeconds: number,
): Promise<boolean> {
	return capture(runner, {
		file: "ssh",
		args: ["-O", "check", ...args],
		timeoutMs: timeoutSeconds * 1000,
	}).then(
		({ result }) => succeeded(result),
		() => false,
	);
}

/**
 * Logs in with the system's `ssh`: one master process for the connection, one small client for each command. It asks through
 * us. Throws what its messages say: LLORCH_HOST_KEY_UNKNOWN, LLORCH_LOGIN_REFUSED and so on, and LLORCH_SSH_MISSING.
 */
export async function connectWithOpenssh(
	host: HostRef,
	config: SshConfig,
	source: SshConfigSource,
	options: {
		/** Use the connection that is open already. */
		live: boolean;
		timeoutSeconds: number;
		/** By then the host has ended what ran there, so we must know that the link is gone. 0: wait for ever. */
		leaseSeconds: number;
		ask: Ask;
		signal: AbortSignal;
	},
): Promise<SshConnection> {
	const destination = destinationArgs(host, source);
	if (options.live)
		return wrap(
			[...masterArgs(config.controlPath ?? "none"), ...destination],
			source,
			{
				description: "openssh (ControlMaster)",
				// Not ours: the lease tells when nothing answers any more.
				closed: new Promise(() => {}),
				close: async () => {},
			},
			options.timeoutSeconds,
		);
	const folder = await mkdtemp(join(tmpdir(), "llorch-ssh-"));
	const control = join(folder, "master");
	const settings = [
		`ConnectTimeout=${Math.ceil(options.timeoutSeconds)}`,
		"ControlPersist=no",
		...ONLY_OURS,
		...keepAlive(config, options.leaseSeconds),
		// Prints one word once we are in; runs here.
		"PermitLocalCommand=yes",
		"LocalCommand=echo ready",
	];
	const patience = createPatience(options.timeoutSeconds);
	const askpass = await openAskpass(folder, {
		host: host.name,
		ask: (question, asked) => patience.pauseFor(options.ask(question, asked)),
		signal: options.signal,
	});
	// A master that nobody ends any more would keep the connection for ever.
	const guardian = createGuardian(source.env);
	const master = guardian.guard((mark) =>
		spawn(
			"ssh",
			[
				...["-M", "-N", "-S", control],
				...settings.flatMap((setting) => ["-o", setting]),
				...destination,
			],
			{
				stdio: ["ignore", "pipe", "pipe"],
				env: { ...source.env, ...askpass.env, ...mark } as NodeJS.ProcessEnv,
				detached: true,
			},
		),
	);
	const clean = () => {
		if (master.pid !== undefined) guardian.release(master.pid);
		return rm(folder, { recursive: true, force: true });
	};
	let complaint = "";
	master.stderr.on("data", (bytes: Buffer) => {
		complaint = (complaint + bytes.toString()).slice(-4000);
	});
	try {
		await new Promise<void>((resolve, reject) => {
			const abort = () => reject(options.signal.reason);
			options.signal.addEventListener("abort", abort, { once: true });
			if (options.signal.aborted) abort();
			patience.start(() =>
				reject(
					silentError(
						host.name,
						`${config.hostName}:${config.port}`,
						options.timeoutSeconds,
					),
				),
			);
			const settle = (end: () => void) => {
				options.signal.removeEventListener("abort", abort);
				end();
			};
			master.stdout.on("data", (bytes: Buffer) => {
				if (bytes.includes("ready")) settle(resolve);
			});
			master.once("error", (error) => settle(() => reject(error)));
			master.once("close", () =>
				settle(() =>
					reject(complaintError(host.name, config, { complaint, destination })),
				),
			);
		});
	} catch (error) {
		endMaster(master);
		await clean();
		throw hasCode(error, "ENOENT") ? missing(error) : error;
	} finally {
		patience.stop();
		askpass.stop();
	}
	const closed = once(master, "close").then(async () => {
		await clean();
		return complaint.trim() || "ssh ended";
	});
	return wrap(
		[...masterArgs(control), ...destination],
		source,
		{
			description: "openssh",
			closed,
			async close() {
				endMaster(master);
				await closed;
			},
		},
		options.timeoutSeconds,
	);
}

/**
 * ssh looks whether a signal has come, and then waits (9.2, clientloop.c): one that comes in between does nothing. So it is sent until it
 * has worked.
 */
function endMaster(master: ChildProcess): void {
	const hasEnded = () =>
		master.pid === undefined ||
		master.exitCode !== null ||
		master.signalCode !== null;
	if (hasEnded()) return;
	master.kill();
	const again = setInterval(() => master.kill(), 250);
	master.once("exit", () => clearInterval(again));
}

// What ssh_config has for a person's own session on the host.
const ONLY_OURS = ["RemoteCommand=none", "ClearAllForwardings=yes"];

/** Has a client use this master and nothing else: refused a session, it would log in by itself. */
function masterArgs(control: string): string[] {
	return [
		...["-S", control.replaceAll("%", "%%")],
		...ONLY_OURS.flatMap((setting) => ["-o", setting]),
		...["-o", "ProxyCommand=false"],
	];
}

/** As ssh2 has it: four signs of life in the time of a lease, unless ssh_config has its own. */
function keepAlive(config: SshConfig, leaseSeconds: number): string[] {
	return config.serverAliveInterval > 0 || leaseSeconds === 0
		? []
		: [
				`ServerAliveInterval=${Math.ceil(leaseSeconds / 4)}`,
				"ServerAliveCountMax=4",
			];
}

function missing(cause: unknown): LlorchError {
	return new LlorchError("LLORCH_SSH_MISSING", "ssh cannot be run", {
		hint: "Install OpenSSH's client.",
		cause,
	});
}

/** @param args what makes ssh use the master */
function wrap(
	args: readonly string[],
	source: SshConfigSource,
	connection: Pick<SshConnection, "description" | "closed" | "close">,
	timeoutSeconds: number,
): SshConnection {
	return {
		transport: "openssh",
		tellsSignals: false,
		isRefusal: (complaint) =>
			/session request failed|Session open refused/i.test(complaint),
		...connection,
		async open(command, { terminal } = {}) {
			const child = spawn(
				"ssh",
				[
					...(terminal === undefined ? ["-T"] : ["-tt"]),
					// No word about the shared connection at the end.
					...["-o", "BatchMode=yes", "-o", "LogLevel=ERROR"],
					...args,
					terminal === undefined
						? command
						: // Without a terminal here, the modes that ssh sends are all off: Ctrl-C would be a character.
							`stty sane cols ${terminal.columns} rows ${terminal.rows}; ${command}`,
				],
				{
					stdio: ["pipe", "pipe", "pipe"],
					env: {
						...source.env,
						...(terminal === undefined ? {} : { TERM: terminal.type }),
					} as NodeJS.ProcessEnv,
					// Ctrl-C is ours to pass on, not the terminal's.
					detached: true,
				},
			);
			await once(child, "spawn").catch((error: unknown) => {
				throw missing(error);
			});
			return asChannel(child, () => isLive(args, source, timeoutSeconds));
		},
	};
}

function asChannel(
	child: ChildProcess & Pick<Channel, "stdin" | "stdout" | "stderr">,
	isLive: () => Promise<boolean>,
): Channel {
	child.stdin.on("error", () => {});
	const ended = once(child, "exit") as Promise<
		[number | null, NodeJS.Signals | null]
	>;
	const exited = ended.then(async ([code, signal]): Promise<ChannelEnd> => {
		if (code === null) return { lost: `ssh was ended by ${signal}` };
		// 255 is the program's exit code, or ssh's own word for a connection that is gone.
		return code === 255 && !(await isLive())
			? { lost: "ssh lost the connection" }
			: { exitCode: code };
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
