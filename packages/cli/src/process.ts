import { constants, homedir } from "node:os";
import { systemClock } from "@llorch/run/clock";
import { type InterruptionCode, interruption } from "./app/interruption.ts";
import type { Invocation } from "./app/invocation.ts";

const SIGNALS = {
	SIGINT: "LLORCH_INTERRUPTED",
	SIGTERM: "LLORCH_TERMINATED",
	SIGHUP: "LLORCH_HUNG_UP",
} as const satisfies Partial<Record<NodeJS.Signals, InterruptionCode>>;

// DEC private mode 25 shows the cursor, 7 wraps lines again: what progress bars may have switched off.
const RESTORE_TERMINAL = "\u001b[?25h\u001b[?7h";

/** Runs llorch in this process: the streams, the signals and the exit code. Nothing else touches `process`. */
export async function runProcess(argv: readonly string[]): Promise<void> {
	silenceSqliteWarning();
	const controller = new AbortController();
	const interrupt = (code: string) =>
		controller.abort(interruption(code as InterruptionCode));
	watchSignals(controller.signal, interrupt);
	for (const stream of [process.stdout, process.stderr]) {
		// EPIPE: `| head -1` has seen enough. Any other error on an output leaves nobody to tell.
		stream.on("error", () => interrupt("LLORCH_OUTPUT_CLOSED"));
	}
	const invocation: Invocation = {
		argv,
		env: process.env,
		cwd: process.cwd(),
		home: process.env.HOME || homedir(),
		stdin: process.stdin,
		stdout: process.stdout,
		stderr: process.stderr,
		clock: systemClock,
		signal: controller.signal,
		interrupt,
	};
	const exit = await perform(invocation);
	await flushed(process.stdout);
	await flushed(process.stderr);
	process.exit(exit);
}

/** `llorch --far` is how a near llorch starts us on its host; everything else is a command line. */
async function perform(invocation: Invocation): Promise<number> {
	if (invocation.argv.length === 1 && invocation.argv[0] === "--far") {
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
		stream.write("", () => resolve());
	});
}
