import { randomBytes } from "node:crypto";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import {
	type Chunk,
	type CommandRunner,
	LlorchError,
	type Running,
	type RunResult,
	type RunSpec,
	type StartOptions,
	sanitize,
} from "@llorch/core";
import type { Channel, SshConnection } from "../transport/transport.ts";
import { lostError, noSessionError } from "../transport/transport-errors.ts";
import { mergeChannel } from "./channel-output.ts";
import { createGarbageCounter } from "./collect-garbage.ts";
import {
	type Greeting,
	programScript,
	readGreeting,
	wrapForLoginShell,
} from "./far-command.ts";
import { openLease } from "./lease.ts";

export type SshRunnerOptions = {
	/** As the user calls it. */
	host: string;
	connection: SshConnection;
	/** Seconds that commands outlive a lost link; 0: until they end. */
	leaseSeconds: number;
	/** Folders put before the host's PATH. */
	path: readonly string[];
	/** TERM there, for commands with a terminal. */
	terminalType?: string | undefined;
};

/** What a runner over SSH has besides. */
export type SshRunner = CommandRunner & {
	/** Lets the host know that nothing more comes. To be awaited before the connection, which stays the caller's, is closed. */
	leave(): Promise<void>;
	/** Gives the size of the near terminal to the commands that have one. */
	resize(columns: number, rows: number): void;
};

// The far side has five seconds between TERM and KILL; after that only a dead link explains silence.
const END_MS = 8000;
// Start files of login shells print a greeting, not a book.
const MOST_BEFORE_GREETING = 2 ** 20;
// What was left in the background may hold the streams open for ever.
const LAST_BYTES_MS = 2000;

/**
 * Runs programs on a host. As the local runner does: an abort, a timeout and a consumer that leaves `output` end the whole of it;
 * what a program leaves in the background when it ends by itself is left alone. `stdin` is asked for a piece when the one before has
 * been sent. `file`, `cwd` and folders of `path` that begin with
 * `~/` are in the far home; `cwd` is otherwise relative to it.
 *
 * `start` throws LLORCH_PROGRAM_NOT_FOUND, LLORCH_FOLDER_NOT_FOUND, LLORCH_REMOTE_NO_SESSION, LLORCH_HOST_LOST and
 * LLORCH_LOGIN_REFUSED (the login shell runs nothing). `output` throws LLORCH_HOST_LOST when the link is lost on the way.
 */
export function createSshRunner(options: SshRunnerOptions): SshRunner {
	const { host, connection } = options;
	const lease = openLease(connection, options.leaseSeconds);
	// Not every transport notices a link that is silent.
	const silent = lease.lost.then((reason) => ({ lost: reason }));
	const running = new Set<Promise<unknown>>();
	const terminals = new Set<(columns: number, rows: number) => void>();

	async function start(
		spec: RunSpec,
		startOptions: StartOptions = {},
	): Promise<Running> {
		for (let tries = 0; ; ) {
			try {
				return await startOnce(spec, startOptions);
			} catch (error) {
				// MaxSessions: wait until one of ours has ended, and the host has noticed.
				if (
					!(error instanceof LlorchError) ||
					error.info.code !== "LLORCH_REMOTE_NO_SESSION" ||
					tries++ > 50
				)
					throw error;
				if (running.size > 0) tries = 0;
				await Promise.race([...running, sleep(20)]);
			}
		}
	}

	async function startOnce(
		spec: RunSpec,
		{ stdin, signal, terminal }: StartOptions,
	): Promise<Running> {
		if (signal?.aborted)
			return {
				output: (async function* () {})(),
				done: Promise.resolve({ aborted: true }),
			};
		const token = `LLORCH-${randomBytes(9).toString("hex")}`;
		const mark = lease.mark();
		const script = programScript(spec, {
			token,
			mark,
			path: options.path,
			tellsSignals: connection.tellsSignals,
		});
		const wrapped = wrapForLoginShell(script, {
			// In a terminal a line of input ends after 4096 bytes.
			viaStdin: (spec.secretEnv?.length ?? 0) > 0 && terminal === undefined,
		});
		const opened = await connection.open(
			wrapped.command,
			terminal === undefined
				? {}
				: {
						terminal: { ...terminal, type: options.terminalType ?? "xterm" },
					},
		);
		const channel: Channel = {
			...opened,
			exited: Promise.race([opened.exited, silent]),
		};
		channel.stdin.on("error", () => {});
		if (wrapped.preamble !== "") channel.stdin.write(wrapped.preamble);
		let because: RunResult | undefined;
		let group: number | undefined;
		let sure: NodeJS.Timeout | undefined;
		const end = (reason: RunResult) => {
			if (because !== undefined) return;
			because = reason;
			lease.end(mark.value, group);
			sure = setTimeout(() => channel.close(), END_MS);
		};
		const resize = (columns: number, rows: number) => {
			if (channel.resize !== undefined) channel.resize(columns, rows);
			else if (group !== undefined) lease.resize(group, columns, rows);
		};
		if (terminal !== undefined) terminals.add(resize);
		const abort = () => end({ aborted: true });
		signal?.addEventListener("abort", abort, { once: true });
		const timer =
			spec.timeoutMs === undefined || spec.timeoutMs > 2 ** 31 - 1
				? undefined
				: setTimeout(() => end({ timedOut: true }), spec.timeoutMs);
		const finished = () => {
			clearTimeout(timer);
			clearTimeout(sure);
			signal?.removeEventListener("abort", abort);
			terminals.delete(resize);
		};
		let lost: string | undefined;
		const done = channel.exited.then(async (ended): Promise<RunResult> => {
			finished();
			if ("lost" in ended) {
				lost = await Promise.race([connection.closed, ended.lost]);
				return because ?? { exitCode: 255 };
			}
			return because ?? ended;
		});
		const greeted = await greet(channel, token, {
			host,
			isRefusal: connection.isRefusal ?? (() => false),
		}).catch((error: unknown) => {
			finished();
			channel.close();
			throw error;
		});
		if (greeted.greeting.kind !== "started") {
			channel.stdin.end();
			channel.stdout.resume();
			channel.stderr.resume();
			throw startError(greeted.greeting, spec, host);
		}
		running.add(done);
		void done.then(() => running.delete(done));
		group = greeted.greeting.group;
		let inputError: { error: unknown } | undefined;
		void feed(channel, stdin ?? spec.stdin, (error) => {
			inputError = { error };
			end({ aborted: true });
		});
		const chunks = mergeChannel(
			{ out: channel.stdout, err: channel.stderr },
			done,
			lease.roundTrip,
		);
		async function* output(): AsyncGenerator<Chunk, void> {
			let complete = false;
			try {
				if (greeted.rest.length > 0)
					yield { stream: "out", bytes: greeted.rest };
				yield* chunks;
				complete = true;
			} finally {
				if (!complete) {
					end({ aborted: true });
					channel.stdout.resume();
					channel.stderr.resume();
					await done;
				}
				channel.close();
			}
			if (inputError !== undefined) throw inputError.error;
			await done;
			if (because === undefined && lost !== undefined)
				throw lostError(host, lost);
		}
		return { output: output(), done };
	}

	return {
		host,
		start,
		leave: lease.leave,
		resize(columns, rows) {
			for (const terminal of terminals) terminal(columns, rows);
		},
	};
}

/** Waits for the wrapper's first line; whatever start files of the login shell print before it is dropped. */
async function greet(
	channel: Channel,
	token: string,
	{ host, isRefusal }: { host: string; isRefusal(complaint: string): boolean },
): Promise<{ greeting: Greeting; rest: Buffer }> {
	let seen: Buffer = Buffer.alloc(0);
	let begun = false;
	const found = Promise.withResolvers<{ greeting: Greeting; rest: Buffer }>();
	const onReadable = () => {
		while (!begun) {
			const bytes: Buffer | null = channel.stdout.read();
			if (bytes === null) return;
			seen = Buffer.concat([seen, bytes]);
			const read = readGreeting(seen, token);
			if (read === undefined && seen.length < MOST_BEFORE_GREETING) continue;
			if (read === undefined) {
				channel.stdout.off("readable", onReadable);
				found.reject(
					new LlorchError(
						"LLORCH_LOGIN_REFUSED",
						"the login prints on and on, and runs no command",
					),
				);
				return;
			}
			// From here on every byte is the program's.
			begun = true;
			channel.stdout.off("readable", onReadable);
			channel.stderr.off("readable", keep);
			found.resolve(read);
		}
	};
	channel.stdout.on("readable", onReadable);
	// Node throws away what a child has written when it exits, unless somebody listens.
	const keep = () => {};
	channel.stderr.on("readable", keep);
	const ended = channel.exited.then(async (end) => {
		if (begun) return;
		// The last bytes may come after the exit code.
		await new Promise((resolve) => {
			channel.stdout.once("end", resolve).once("close", resolve);
			setTimeout(resolve, LAST_BYTES_MS).unref();
			onReadable();
		});
		if (begun) return;
		const complaint = await restOf(channel.stderr);
		if (isRefusal(complaint)) throw noSessionError(host, complaint);
		if ("lost" in end)
			throw new LlorchError(
				"LLORCH_HOST_LOST",
				"the connection was lost before the command began",
			);
		const said = sanitize(`${seen.toString()}${complaint}`).trim();
		throw new LlorchError(
			"LLORCH_LOGIN_REFUSED",
			`the login shell does not run commands${said === "" ? "" : `: ${said}`}`,
		);
	});
	ended.catch(() => {});
	return Promise.race([found.promise, ended as Promise<never>]);
}

/** What a program that has ended had to say, as far as it fits in an error. */
async function restOf(stream: Readable): Promise<string> {
	let text = "";
	const pull = () => {
		for (let bytes = stream.read(); bytes !== null; bytes = stream.read())
			text = (text + String(bytes)).slice(-4000);
	};
	await new Promise((resolve) => {
		if (stream.readableEnded || stream.destroyed) return resolve(undefined);
		stream.once("end", resolve).once("close", resolve);
		setTimeout(resolve, LAST_BYTES_MS).unref();
		stream.on("readable", pull);
		pull();
	});
	return text;
}

function startError(
	greeting: Greeting,
	spec: RunSpec,
	host: string,
): LlorchError {
	return greeting.kind === "no-folder"
		? new LlorchError(
				"LLORCH_FOLDER_NOT_FOUND",
				`there is no folder ${spec.cwd} on ${host}`,
			)
		: new LlorchError(
				"LLORCH_PROGRAM_NOT_FOUND",
				`there is no program ${spec.file} on ${host}`,
				{
					hint: "It may be outside the PATH that a login without a terminal has: `path` in the host's profile adds folders.",
					details: { program: spec.file },
				},
			);
}

/** Sends the input, no faster than the host takes it, and then its end. A program may stop reading whenever it likes. */
async function feed(
	{ stdin, exited }: Channel,
	source: string | AsyncIterable<Uint8Array> | undefined,
	onSourceError: (error: unknown) => void,
): Promise<void> {
	if (source === undefined || typeof source === "string") {
		stdin.end(source ?? "");
		return;
	}
	const pieces = source[Symbol.asyncIterator]();
	const passed = createGarbageCounter();
	let over = false;
	const ended = exited.then(() => {
		over = true;
		// It may be waiting for somebody to type.
		pieces.return?.().catch(() => {});
	});
	try {
		for (;;) {
			const piece = await pieces.next();
			if (over || piece.done) break;
			// Once the channel is closed, ssh2 forgets to call back.
			const sent = new Promise<void>((resolve) => {
				stdin.write(piece.value, () => resolve());
			});
			await Promise.race([sent, ended]);
			passed(piece.value.length);
		}
		stdin.end();
	} catch (error) {
		onSourceError(error);
	}
}
