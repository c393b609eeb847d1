import {
	type CommandRunner,
	type Event,
	formatCount,
	formatRunResult,
	LlorchError,
	type RunResult,
	type RunSpec,
	redact,
	succeeded,
	type Work,
} from "@llorch/core";
import { describeWait, type LockPlaces } from "./lock-holder.ts";
import { type Artifact, readMessage } from "./messages.ts";
import { readScreen, type ScreenPiece } from "./screen.ts";
import { createSegments } from "./segments.ts";

/** What cargo compiled. */
export type Compiled = {
	artifacts: Artifact[];
	/** As cargo counts them: a warning of two targets once. */
	warnings: number;
	/** Compilations and build scripts, those that were up to date included. */
	units: number;
	/** Nothing had to be done. */
	fresh: boolean;
};

export type BuildOptions = {
	runner: CommandRunner;
	spec: RunSpec;
	/** What the bar calls it: the binary, or `tests`. */
	label: string;
	locks: LockPlaces;
	signal: AbortSignal;
};

// What a JSON reader gets of rustc's words; a person has seen all of them.
const KEPT_CHARACTERS = 20_000;
const encoder = new TextEncoder();

/**
 * Runs a cargo command that compiles. Its bar becomes progress (done comes from the messages, and ends exactly at the
 * total), rustc's text passes as it is, and a wait for another cargo names that process.
 *
 * Throws LLORCH_BUILD_FAILED when the code does not compile, LLORCH_CARGO_FAILED when cargo itself could not go on, and the
 * signal's reason.
 */
export async function* followBuild(options: BuildOptions): Work<Compiled> {
	const { runner, spec, signal } = options;
	const reader = createReader(options);
	const running = await runner.start(spec, { signal });
	for await (const chunk of running.output) yield* reader.read(chunk);
	yield* reader.flush();
	const result = await running.done;
	signal.throwIfAborted();
	if (!succeeded(result)) throw reader.failure(result);
	yield* reader.complete();
	return reader.compiled;
}

function createReader({ label, locks, runner, signal }: BuildOptions) {
	const streams = { out: createSegments(), err: createSegments() };
	const compiled: Compiled = {
		artifacts: [],
		warnings: 0,
		units: 0,
		fresh: true,
	};
	let total: number | undefined;
	let names = "";
	let said = "";
	let compiling = false;
	let shown = "";

	function* progress(): Generator<Event, void> {
		if (total === undefined) return;
		const event: Event = {
			type: "progress",
			task: "build",
			label: `${label}${names === "" ? "" : `: ${shorten(names)}`}`,
			done: Math.min(compiled.units, total),
			total,
			unit: "items",
		};
		const text = `${event.label} ${event.done}/${total}`;
		// The last unit is told once cargo has said that all is well.
		if (event.done === total || text === shown) return;
		shown = text;
		yield event;
	}

	function* text(line: string): Generator<Event, void> {
		said = (said + line).slice(-KEPT_CHARACTERS);
		yield { type: "output", stream: "err", bytes: encoder.encode(line) };
	}

	function* readMessageLine(line: string): Generator<Event, void> {
		const message = readMessage(line);
		if (message === undefined) {
			if (line.trim() !== "") yield* text(`${line}\n`);
			return;
		}
		if (message.reason === "finished") compiling = true;
		if (message.reason === "artifact") {
			compiled.artifacts.push(message.artifact);
			if (!message.artifact.fresh) compiled.fresh = false;
		}
		if (
			message.reason !== "artifact" &&
			message.reason !== "build-script-executed"
		)
			return;
		compiled.units++;
		yield* progress();
	}

	async function* readPiece(
		piece: ScreenPiece,
		end: string,
	): AsyncGenerator<Event, void> {
		switch (piece.kind) {
			case "bar":
				total = Math.max(total ?? 0, piece.total);
				names = piece.names;
				return yield* progress();
			case "status":
				return yield { type: "note", level: "info", text: piece.text };
			case "waiting":
				return yield await describeWait({
					...locks,
					lock: piece.lock,
					runner,
					signal,
				});
			case "warnings":
				compiled.warnings += piece.count;
				return yield* text(`${piece.text}\n`);
			case "text":
				return yield* text(piece.text + (end === "" ? "" : "\n"));
		}
	}

	return {
		compiled,
		async *read(chunk: { stream: "out" | "err"; bytes: Uint8Array }) {
			for (const segment of streams[chunk.stream].push(chunk.bytes)) {
				if (chunk.stream === "out") yield* readMessageLine(segment.text);
				else yield* readPiece(readScreen(segment), segment.end);
			}
		},
		async *flush() {
			for (const segment of streams.out.flush())
				yield* readMessageLine(segment.text);
			for (const segment of streams.err.flush())
				yield* readPiece(readScreen(segment), segment.end);
		},
		*complete(): Generator<Event, void> {
			const all = Math.max(total ?? 0, compiled.units);
			yield {
				type: "progress",
				task: "build",
				label,
				done: all,
				total: all,
				unit: "items",
			};
		},
		failure(result: RunResult): LlorchError {
			const details = { output: said };
			const errors = errorsIn(said);
			if (compiling)
				return new LlorchError(
					"LLORCH_BUILD_FAILED",
					`${label} cannot be compiled${errors.length === 0 ? "" : ` (${formatCount(errors.length, "error")})`}`,
					{ hint: "The compiler's own words stand above.", details },
				);
			return new LlorchError(
				"LLORCH_CARGO_FAILED",
				`cargo could not build ${label}: ${redact(errors[0] ?? formatRunResult(result))}`,
				{ details },
			);
		},
	};
}

function shorten(names: string): string {
	const [first = "", second, ...more] = names.split(", ");
	if (second === undefined) return first;
	return more.length === 0
		? `${first}, ${second}`
		: `${first}, ${second} and ${more.length} more`;
}

/** The texts of the errors, without cargo's and rustc's own counts of them. */
function errorsIn(text: string): string[] {
	return [...text.matchAll(/^error(?:\[E\d+\])?: (.*)$/gm)]
		.map(([, words = ""]) => words)
		.filter((words) => !/^(could not compile|aborting due to)/.test(words));
}
