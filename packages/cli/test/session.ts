import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import type { Clock } from "@llorch/core";
import type { AppParts } from "../src/app/app.ts";
import type { Wire } from "../src/app/far.ts";
import {
	type InterruptionCode,
	interruption,
} from "../src/app/interruption.ts";
import type { Invocation } from "../src/app/invocation.ts";
import { linkOver, runFar } from "../src/far.ts";
import { run } from "../src/run.ts";

/** What one in-process run of llorch printed. A test says all of it: what it leaves out is expected empty. */
export type Session = { stdout: string; stderr: string; code: number };

export type SessionOptions = {
	parts?: AppParts;
	env?: Readonly<Record<string, string>>;
	/** A folder that several runs share as HOME and working folder; absent: a fresh one, removed afterwards. */
	home?: string;
	cwd?: string;
	/** Piped input; absent: an empty pipe. */
	stdin?: string;
	/** Pretend that all three streams are terminals, this many columns wide. */
	tty?: { columns: number };
	/** What is typed at the questions, in order. Needs `tty`. */
	answers?: readonly string[];
	/** Run the command on the far end of an in-process wire. */
	wire?: boolean;
	/** Called with a function that interrupts the run. */
	interrupted?: (interrupt: (code: InterruptionCode) => void) => void;
	clock?: Clock;
};

/** A clock that stands still: durations are 0 and nothing waits. */
export const fixedClock: Clock = {
	now: () => Date.UTC(2026, 0, 2, 3, 4, 5),
	sleep: async (_ms, signal) => signal?.throwIfAborted(),
};

/** Runs llorch in this process, in a world of its own: temporary HOME, no colour, fixed clock. */
export async function llorch(
	args: string | readonly string[],
	options: SessionOptions = {},
): Promise<Session> {
	const home = options.home ?? temporaryHome();
	try {
		const argv = typeof args === "string" ? splitWords(args) : [...args];
		const controller = new AbortController();
		const stdout = capture(options.tty);
		const stderr = capture(options.tty, () => {
			if (/(\[y\/N\]|Number:|\?) $/.test(stderr.text())) answer();
		});
		const stdin = Object.assign(new PassThrough(), {
			isTTY: options.tty !== undefined,
			setRawMode: () => stdin,
		});
		const answers = [...(options.answers ?? [])];
		const answer = () => {
			const next = answers.shift();
			if (next === undefined) stdin.end();
			else stdin.write(`${next}\r`);
		};
		if (options.tty === undefined) stdin.end(options.stdin ?? "");
		const interrupt = (code: string) =>
			controller.abort(interruption(code as InterruptionCode));
		options.interrupted?.(interrupt);
		const invocation: Invocation = {
			argv,
			env: {
				PATH: process.env.PATH ?? "",
				HOME: home,
				TERM: "xterm",
				...options.env,
			},
			cwd: options.cwd ?? home,
			home,
			stdin,
			stdout: stdout.stream,
			stderr: stderr.stream,
			clock: options.clock ?? fixedClock,
			signal: controller.signal,
			interrupt,
		};
		const parts = options.parts ?? {};
		const code = options.wire
			? await runOverWire(invocation, parts)
			: await run(invocation, { parts });
		return { stdout: stdout.text(), stderr: stderr.text(), code };
	} finally {
		if (options.home === undefined)
			rmSync(home, { recursive: true, force: true });
	}
}

/** A new HOME in the temporary folder. Its name holds a space: paths with spaces must work everywhere. */
export function temporaryHome(): string {
	return realpathSync(mkdtempSync(join(tmpdir(), "llorch home ")));
}

async function runOverWire(
	invocation: Invocation,
	parts: AppParts,
): Promise<number> {
	const [near, far] = wirePair();
	const farSide = runFar(
		far,
		{
			...invocation,
			argv: [],
			// The far llorch must not touch the near one's streams.
			stdin: Object.assign(new PassThrough(), { isTTY: false }),
			stdout: forbidden("stdout"),
			stderr: forbidden("stderr"),
			signal: new AbortController().signal,
		},
		{ parts },
	).catch((error: unknown) => error);
	const code = await run(invocation, {
		link: linkOver(near, invocation, ""),
	});
	await near.end();
	const ended = await farSide;
	if (ended instanceof Error && !ended.message.includes("start frame"))
		throw ended;
	return code;
}

/** Two connected wires; what one writes, the other reads, cut into odd pieces. */
export function wirePair(): [
	Wire & { end(): Promise<void> },
	Wire & { end(): Promise<void> },
] {
	const toFar = new PassThrough();
	const toNear = new PassThrough();
	const wire = (read: PassThrough, write: PassThrough) => ({
		read,
		async write(bytes: Uint8Array) {
			for (let at = 0; at < bytes.length; at += 997)
				write.write(bytes.slice(at, at + 997));
		},
		async end() {
			write.end();
		},
	});
	return [wire(toNear, toFar), wire(toFar, toNear)];
}

function capture(
	tty: SessionOptions["tty"],
	onWrite?: () => void,
): { stream: Invocation["stdout"]; text(): string } {
	const chunks: Buffer[] = [];
	const stream = Object.assign(
		new Writable({
			write(chunk: Buffer, _encoding, done) {
				chunks.push(chunk);
				done();
				onWrite?.();
			},
		}),
		{
			isTTY: tty !== undefined,
			columns: tty?.columns ?? 80,
			cursorTo: () => true,
			moveCursor: () => true,
			clearLine: () => true,
			clearScreenDown: () => true,
		},
	);
	return { stream, text: () => Buffer.concat(chunks).toString() };
}

function forbidden(name: string): Writable {
	return new Writable({
		write() {
			throw new Error(`the far llorch wrote to ${name}`);
		},
	});
}

function splitWords(line: string): string[] {
	return line.split(" ").filter((word) => word !== "");
}
