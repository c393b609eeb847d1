import { constants } from "node:os";
import {
	formatBytes,
	LlorchError,
	type RunResult,
	type RunSpec,
	releaseBytes,
	type StartOptions,
	type Work,
} from "@llorch/core";
import type { HostRef, Remote } from "@llorch/remote";
import { exitOfFailure } from "../remote-exit.ts";
import type { HostEnds } from "./on-hosts.ts";

/** What a program on a host did. With `--json` its output stands here, as text; else it went to our own stdout and stderr. */
export type ExecResult = {
	host: string;
	exitCode: number;
	/** `SIGKILL`, when a signal ended it. */
	signal?: string;
	stdout?: string;
	stderr?: string;
};

export type ExecOptions = {
	remote: Remote;
	hosts: { hosts: HostRef[]; fleet: boolean };
	spec: RunSpec;
	/** Collect the output instead of passing it on. */
	captured: boolean;
	input: AsyncIterable<Uint8Array> | undefined;
	terminal: StartOptions["terminal"];
	signal: AbortSignal;
};

/** What one envelope may hold of a program's output; it is in memory, as text and as JSON. */
const MAX_CAPTURED_BYTES = 64 * 1024 * 1024;

/** Runs one command line on one host, its output coming as events as it is written. */
export async function* execOn(
	host: HostRef,
	options: ExecOptions,
	lane?: string,
): Work<ExecResult> {
	const { remote, spec, captured, input, terminal, signal } = options;
	const { runner } = await remote.session(host);
	const running = await runner.start(spec, {
		signal,
		...(input === undefined ? {} : { stdin: spend(input) }),
		...(terminal === undefined ? {} : { terminal }),
	});
	const texts = { out: new TextDecoder(), err: new TextDecoder() };
	const held = { out: "", err: "" };
	let size = 0;
	for await (const { stream, bytes } of running.output) {
		if (captured) {
			size += bytes.length;
			if (size > MAX_CAPTURED_BYTES) throw tooMuch(host.name);
			held[stream] += texts[stream].decode(bytes, { stream: true });
		} else
			yield {
				type: "output",
				stream,
				bytes,
				...(lane === undefined ? { verbatim: true as const } : { lane }),
			};
	}
	const result = await running.done;
	signal.throwIfAborted();
	return {
		host: host.name,
		...endOf(result, spec, host.name),
		...(captured
			? {
					stdout: held.out + texts.out.decode(),
					stderr: held.err + texts.err.decode(),
				}
			: {}),
	};
}

/** Our input, each piece given back when the next is asked for. */
async function* spend(
	input: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
	for await (const piece of input) {
		yield piece;
		releaseBytes(piece);
	}
}

function tooMuch(host: string): LlorchError {
	return new LlorchError(
		"LLORCH_REMOTE_OUTPUT_TOO_LARGE",
		`the program on ${host} printed more than ${formatBytes(MAX_CAPTURED_BYTES)}, which is too much for --json`,
		{
			host,
			hint: "It was ended there. Without --json its output passes as it comes.",
		},
	);
}

function endOf(
	result: RunResult,
	spec: RunSpec,
	host: string,
): { exitCode: number; signal?: string } {
	if ("exitCode" in result) return { exitCode: result.exitCode };
	if ("signal" in result) {
		const number = constants.signals[result.signal as NodeJS.Signals] ?? 0;
		return { exitCode: 128 + number, signal: result.signal };
	}
	throw new LlorchError(
		"LLORCH_REMOTE_TIMEOUT",
		`${spec.file} on ${host} did not end in time`,
		{
			host,
			hint: "It was ended there. --timeout, or remote.timeout, says how long it may take.",
		},
	);
}

/** What several hosts did: in the order they were named, each with its own exit code. */
export type ExecFleet = HostEnds<ExecResult>;

/** Runs one command line on several hosts at once; each line of output is tagged with its host. */
export async function* execOnAll(options: ExecOptions): Work<ExecFleet> {
	const { onHosts } = await import("./on-hosts.ts");
	return yield* onHosts(
		options.hosts,
		(host, signal) =>
			execOn(host, { ...options, signal, input: undefined }, host.name),
		{
			signal: options.signal,
			exitOf: ({ exitCode }) => exitCode,
			exitOfError: exitOfFailure,
		},
	);
}
