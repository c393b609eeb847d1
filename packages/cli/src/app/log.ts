import { appendFileSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import {
	type Clock,
	type ErrorInfo,
	type RunSpec,
	redact,
	redactWords,
	xdgFolder,
} from "@llorch/core";
import { maskCliArgs } from "@llorch/fanout/declarations";
import { version } from "./version.ts";

/** Bytes after which a new log file is begun; the last three are kept. */
const ROTATE_BYTES = 5_000_000;
const KEPT = 3;

const LEVELS = ["error", "warn", "info", "debug"] as const;
export type LogLevel = (typeof LEVELS)[number];

/** One NDJSON line; every line of an invocation carries its id. */
export type LogRecord =
	| { event: "start"; argv: readonly string[]; cwd: string }
	| { event: "run"; host: string; spec: RunSpec }
	| { event: "note"; level: "info" | "warn"; text: string }
	| { event: "end"; exit: number; durationMs: number; error?: ErrorInfo };

export type Log = { write(record: LogRecord): void };

/** The folder of the log files: state that should persist, but is not worth a backup. */
export function logFolder(
	env: Readonly<Record<string, string | undefined>>,
	home: string,
): string {
	return join(xdgFolder("STATE", { env, home }), "llorch", "log");
}

/**
 * The invocation's log. Written synchronously, a line at a time, so that a killed run leaves what it did; a log that
 * cannot be written (read-only home, full disk) never fails a command.
 */
export async function openLog(options: {
	folder: string;
	clock: Clock;
	level: LogLevel;
	pid: number;
}): Promise<Log> {
	const { folder, clock, level, pid } = options;
	const file = join(folder, "llorch.ndjson");
	const id = `${clock.now().toString(36)}-${pid}`;
	let usable = true;
	const append = (line: string) => {
		try {
			appendFileSync(file, line, { mode: 0o600 });
		} catch {
			usable = false;
		}
	};
	try {
		const { makeFolders } = await import("@llorch/run/make-folders");
		await makeFolders(folder);
		rotate(file);
	} catch {
		usable = false;
	}
	return {
		write(record) {
			if (!usable || rank(levelOf(record)) > rank(level)) return;
			const time = new Date(clock.now()).toISOString();
			append(
				`${JSON.stringify({ time, id, version, ...safe(record) }, redactStrings)}\n`,
			);
		},
	};
}

function rank(level: LogLevel): number {
	return LEVELS.indexOf(level);
}

function levelOf(record: LogRecord): LogLevel {
	if (record.event === "end") return record.exit === 0 ? "info" : "error";
	if (record.event === "note")
		return record.level === "warn" ? "warn" : "debug";
	return "info";
}

/** Prompts and secrets stay out of the log: of the input only its length is kept, of a secret only its name. */
function safe(record: LogRecord): object {
	if (record.event === "start")
		return {
			...record,
			argv: redactWords(withoutPrompts(maskCliArgs(record.argv))),
		};
	if (record.event !== "run") return record;
	const { stdin, env, secretEnv = [], ...spec } = record.spec;
	const shown = Object.entries(env ?? {}).map(([name, value]) => [
		name,
		secretEnv.includes(name) ? "***" : value,
	]);
	return {
		...record,
		spec: {
			...spec,
			args: redactWords(spec.args).map((word, index) =>
				spec.privateArgs?.includes(index) ? "…" : word,
			),
			...(env === undefined ? {} : { env: Object.fromEntries(shown) }),
			...(stdin === undefined ? {} : { stdinLength: stdin.length }),
		},
	};
}

const PROMPT_OPTION = /^(-p|--prompt)$/;

/** What was asked of a model, and words for another program, are the user's own. */
function withoutPrompts(argv: readonly string[]): string[] {
	const end = argv.indexOf("--");
	const own = end < 0 ? argv : argv.slice(0, end);
	const masked = own.map((word, index) =>
		PROMPT_OPTION.test(own[index - 1] ?? "")
			? "…"
			: word.replace(/^(--prompt=|-p=?)(?=.)[\s\S]+/, "$1…"),
	);
	return end < 0 ? masked : [...masked, "--", "…"];
}

function redactStrings(_key: string, value: unknown): unknown {
	return typeof value === "string" ? redact(value) : value;
}

function rotate(file: string): void {
	const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
	if (size < ROTATE_BYTES) return;
	for (let age = KEPT - 1; age >= 1; age--) {
		const from = age === 1 ? file : `${file}.${age - 1}`;
		if (statSync(from, { throwIfNoEntry: false }))
			renameSync(from, `${file}.${age}`);
	}
}
