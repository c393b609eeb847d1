import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { sanitize } from "@llorch/core";
import { realPart } from "../parts.ts";
import type { World } from "../world.ts";
import { llorchProgram, type Program } from "./program.ts";
import { Transcript } from "./transcript.ts";
import { splitWords } from "./words.ts";

export type TerminalOptions = {
	/** Added to the world's environment; `undefined` takes a variable away. */
	env?: Readonly<Record<string, string | undefined>>;
	/** Default: the world's project folder. */
	cwd?: string;
	/** Default: 80. */
	columns?: number;
	/** Default: 24. */
	rows?: number;
	/** `pipe`: only stdin and stderr are the terminal, as in `$(llorch …)`. Default: `tty`. */
	stdout?: "tty" | "pipe";
	/** Milliseconds until it is killed as hung. Default: 90 000. */
	killAfter?: number;
};

export type TerminalResult = {
	/** All that was written to the terminal, escape sequences included. */
	screen: string;
	/** The same without escape sequences and carriage returns. */
	text: string;
	/** With `stdout: "pipe"`: what went there. */
	stdout: string;
	/** `null` when a signal ended it. */
	code: number | null;
	signal: string | null;
	/** It left the terminal's modes (echo, line editing, …) as it found them. */
	restored: boolean;
};

/** A program in a terminal of its own. */
export type TerminalSession = {
	readonly screen: string;
	/** Types: `"y\r"` answers a question, `"\x03"` is Ctrl-C. */
	send(keys: string): void;
	resize(columns: number, rows: number): void;
	kill(signal?: NodeJS.Signals): void;
	/** Resolves when the screen's text (without escape sequences) matches; rejects when the program ends without. */
	waitFor(pattern: RegExp | string): Promise<RegExpExecArray>;
	readonly done: Promise<TerminalResult>;
};

export const CTRL_C = "\x03";

/** Runs the real llorch in a real terminal. Needs python3. */
export function llorchTty(
	world: World,
	words: string | readonly string[],
	options: TerminalOptions = {},
): TerminalSession {
	return programTty(world, llorchProgram(), words, options);
}

/** The same for any program. */
export function programTty(
	world: World,
	program: Program,
	words: string | readonly string[],
	options: TerminalOptions = {},
): TerminalSession {
	const args = typeof words === "string" ? splitWords(words) : words;
	const { columns = 80, rows = 24, stdout = "tty" } = options;
	const child = spawn(
		realPart("python3"),
		[
			join(import.meta.dirname, "terminal.py"),
			String(columns),
			String(rows),
			stdout,
			program.file,
			...program.args,
			...args,
		],
		{
			cwd: options.cwd ?? world.folder,
			env: { ...world.env, TERM: "xterm-256color", ...options.env },
			stdio: ["pipe", "pipe", "pipe", "pipe"],
		},
	);
	// The program may have ended just before.
	child.stdin?.on("error", () => {});
	const screen = new Transcript();
	const piped = new Transcript();
	const reports = new Transcript();
	child.stdout?.on("data", (bytes: Buffer) => screen.add(bytes));
	child.stderr?.on("data", (bytes: Buffer) => reports.add(bytes));
	(child.stdio[3] as Readable).on("data", (bytes: Buffer) => piped.add(bytes));
	const order = (value: object) =>
		void child.stdin?.write(`${JSON.stringify(value)}\n`);
	const kill = (signal: NodeJS.Signals = "SIGTERM") =>
		order({ kill: constants.signals[signal] });
	const done = finished(child, { screen, piped, reports }, () =>
		setTimeout(() => kill("SIGKILL"), options.killAfter ?? 90_000),
	);
	done.catch(() => {});
	return {
		get screen() {
			return screen.text;
		},
		send: (keys) => order({ send: keys }),
		resize: (width, height) => order({ resize: [width, height] }),
		kill,
		waitFor: (pattern) => screen.waitFor(pattern, { clean: plainText }),
		done,
	};
}

function finished(
	child: ChildProcess,
	{
		screen,
		piped,
		reports,
	}: Record<"screen" | "piped" | "reports", Transcript>,
	limit: () => NodeJS.Timeout,
): Promise<TerminalResult> {
	return new Promise((resolve, reject) => {
		const timer = limit();
		child.once("error", reject);
		child.once("close", () => {
			clearTimeout(timer);
			for (const transcript of [screen, piped, reports]) transcript.end();
			const last = /^\{"code".*\}$/m.exec(reports.text)?.[0];
			if (last === undefined)
				return reject(new Error(`terminal.py failed:\n${reports.text}`));
			const report = JSON.parse(last) as {
				code: number | null;
				signal: number | null;
				restored: boolean;
			};
			resolve({
				screen: screen.text,
				text: plainText(screen.text),
				stdout: piped.text,
				code: report.code,
				signal: signalName(report.signal),
				restored: report.restored,
			});
		});
	});
}

function plainText(text: string): string {
	return sanitize(text.replaceAll("\r\n", "\n"));
}

function signalName(number: number | null): string | null {
	const found = Object.entries(constants.signals).find(
		([, value]) => value === number,
	);
	return found?.[0] ?? null;
}
