import { constants } from "node:os";
import { hasCode, LlorchError, redact, toErrorInfo } from "@llorch/core";
import { systemClock } from "@llorch/run/clock";
import { exitCodeOf } from "./app/error-tables.ts";
import { findHome } from "./app/home.ts";
import { type InterruptionCode, interruption } from "./app/interruption.ts";
import type { Invocation } from "./app/invocation.ts";

const SIGNALS = {
	SIGINT: "LLORCH_INTERRUPTED",
	SIGTERM: "LLORCH_TERMINATED",
	SIGHUP: "LLORCH_HUNG_UP",
} as const satisfies Partial<Record<NodeJS.Signals, InterruptionCode>>;

// DEC private mode 25 shows the cursor, 7 wraps lines again: what progress bars may have switched off.
const RESTORE_TERMINAL = "\u001b[?25h\u001b[?7h";

/**
 * Runs llorch in this process. Nothing else touches its environment, streams, signals or exit code; what does not change while it
 * runs (platform, executable, pid) is read where it is needed.
 */
export async function runProcess(argv: readonly string[]): Promise<void> {
	silenceSqliteWarning();
	const controller = new AbortController();
	const interrupt = (code: string) =>
		controller.abort(interruption(code as InterruptionCode));
	watchSignals(controller.signal, interrupt);
	const output = watchOutput(interrupt);
	const exit = await perform(argv, controller.signal, interrupt).catch(
		lastWords,
	);
	await flushed(process.stdout);
	await flushed(process.stderr);
	const failed = output.failure();
	if (failed !== undefined) lastWords(failed);
	process.exit(
		failed !== undefined && exit === 0 ? exitCodeOf(failed.info) : exit,
	);
}

/** What no command could say, in one line. */
function lastWords(error: unknown): number {
	const info = toErrorInfo(error);
	process.stderr.write(`error: ${redact(info.message)} (${info.code})\n`);
	return exitCodeOf(info);
}

/** The folder we stand in; when it was removed, its name at least, so that the error can name it. */
function workingFolder(): string {
	try {
		return process.cwd();
	} catch {
		return process.env.PWD ?? "/";
	}
}

/**
 * EPIPE means that the reader has seen enough (`| head -1`): the work ends. Any other error on stdout (a full disk) is told at
 * the end: the work itself goes on, because what it keeps elsewhere is worth keeping.
 */
function watchOutput(interrupt: (code: InterruptionCode) => void) {
	let failure: LlorchError | undefined;
	for (const stream of [process.stdout, process.stderr])
		stream.on("error", (error) => {
			if (hasCode(error, "EPIPE")) interrupt("LLORCH_OUTPUT_CLOSED");
			else if (stream === process.stdout)
				failure ??= new LlorchError(
					"LLORCH_OUTPUT_FAILED",
					`the output could not be written: ${error.message}`,
				);
		});
	return { failure: () => failure };
}

/** `llorch --far` is how a near llorch starts us on its host; everything else is a command line. */
async function perform(
	argv: readonly string[],
	signal: AbortSignal,
	interrupt: Invocation["interrupt"],
): Promise<number> {
	const home = findHome(process.env);
	const invocation: Invocation = {
		argv,
		// What we start shall know the same home.
		env: { ...process.env, HOME: home },
		cwd: workingFolder(),
		home,
		stdin: process.stdin,
		stdout: process.stdout,
		stderr: process.stderr,
		clock: systemClock,
		signal,
		interrupt,
	};
	if (argv.length === 1 && argv[0] === "--far") {
		const { runFarProcess } = await import("./far-process.ts");
		return runFarProcess(invocation);
	}
	const { run } = await import("./run.ts");
	return run(invocation);
}

function watchSignals(
	signal: AbortSignal,
	interrupt: (code: InterruptionCode) => void,
): void {
	for (const [name, code] of Object.entries(SIGNALS) as [
		keyof typeof SIGNALS,
		InterruptionCode,
	][]) {
		process.on(name, () => {
			// The second Ctrl-C means "now": what must survive is on disk already.
			if (signal.aborted && name === "SIGINT") leaveAtOnce(name);
			interrupt(code);
		});
	}
}

/** Node 22 calls its SQLite experimental, on stderr, whenever it is loaded; Node 24 does not. */
function silenceSqliteWarning(): void {
	const { emitWarning } = process;
	process.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
		if (!String(warning).startsWith("SQLite is an experimental feature"))
			Reflect.apply(emitWarning, process, [warning, ...rest]);
	};
}

function leaveAtOnce(name: NodeJS.Signals): never {
	if (process.stderr.isTTY) process.stderr.write(RESTORE_TERMINAL);
	process.exit(128 + constants.signals[name]);
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
	return new Promise((resolve) => {
		if (stream.destroyed || stream.writableNeedDrain === undefined)
			return resolve();
		// Bun tells of a failed write a turn after it has called back.
		stream.write("", () => setImmediate(resolve));
	});
}
