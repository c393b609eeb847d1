import {
	type CommandRunner,
	type Event,
	formatRunResult,
	type RunResult,
	type RunSpec,
	succeeded,
	type Work,
} from "@llorch/core";
import { describeWait, type LockPlaces } from "../cargo/lock-holder.ts";
import { readScreen } from "../cargo/screen.ts";
import { createSegments, type Segment } from "../cargo/segments.ts";
import { createLibtestReader } from "./libtest.ts";
import type { TargetReport } from "./report.ts";

export type TargetRun = {
	runner: CommandRunner;
	/** `cargo test` for one target, compiled before. */
	spec: RunSpec;
	kind: string;
	name: string;
	locks: LockPlaces;
	now(): number;
	signal: AbortSignal;
};

// What is kept of the last words of a program that crashed.
const KEPT_CHARACTERS = 8_000;
const encoder = new TextEncoder();

/**
 * Runs the tests of one target. Every test moves the bar; a failed one is told at once; what tests print by themselves
 * (`--nocapture`) passes. A program with a harness of its own has no tests that we could name: its exit code counts.
 * Throws the signal's reason.
 */
export async function* runTarget(run: TargetRun): Work<TargetReport> {
	const { kind, name, signal } = run;
	const startedAt = run.now();
	const reader = createReader(run);
	const running = await run.runner.start(run.spec, { signal });
	for await (const chunk of running.output) yield* reader.read(chunk);
	yield* reader.flush();
	const result = await running.done;
	signal.throwIfAborted();
	const { tests, passed, failed, ignored, filtered, finished } =
		reader.report();
	const target = {
		kind,
		name,
		passed,
		failed,
		ignored,
		filtered,
		durationMs: run.now() - startedAt,
		tests,
	};
	// The exit code is the truth: a test may print anything, also lines like those of the harness.
	if (succeeded(result)) return { ...target, status: "passed" };
	if (finished && failed > 0) return { ...target, status: "failed" };
	return {
		...target,
		...countTests(tests),
		status: "crashed",
		crash: { reason: reader.reason(result), output: reader.lastWords() },
	};
}

/** Of a program that never came to count its tests itself. */
function countTests(tests: TargetReport["tests"]) {
	const count = (status: string) =>
		tests.filter((test) => test.status === status).length;
	return {
		passed: count("passed"),
		failed: count("failed"),
		ignored: count("ignored"),
	};
}

function createReader({ kind, name, locks, runner, signal }: TargetRun) {
	const libtest = createLibtestReader();
	const streams = { out: createSegments(), err: createSegments() };
	let planned = 0;
	let done = 0;
	/** cargo has begun to run it: what it says before that was said when it compiled. */
	let begun = false;
	let lastWords = "";
	let caused: string | undefined;
	let errors = false;

	const label = `${kind} ${name}`;
	const progress = (): Event => ({
		type: "progress",
		task: `test ${label}`,
		label,
		done,
		total: planned,
		unit: "items",
	});

	function* readOut({ text: line, end }: Segment): Generator<Event, void> {
		const read = libtest.read(line);
		if (read.kind !== "frame") keep(line);
		if (read.kind === "running") {
			planned += read.count;
			if (read.count > 0) yield progress();
		}
		const tests = read.kind === "test" ? [read.test] : [];
		const late = read.kind === "result" ? read.failed : [];
		for (const test of [...tests, ...late])
			if (test.status === "failed")
				yield {
					type: "note",
					level: "warn",
					text: `${label}: ${test.name} failed`,
				};
		if (read.kind === "test") {
			done++;
			if (done <= planned) yield progress();
		}
		if (read.kind === "other") yield pass(line, end);
	}

	async function* readErr(segment: Segment): AsyncGenerator<Event, void> {
		const { text: line, end } = segment;
		if (!begun) {
			begun = /^ +(Running|Doc-tests) /.test(line);
			const piece = readScreen(segment);
			if (piece.kind === "waiting")
				yield await describeWait({
					...locks,
					lock: piece.lock,
					runner,
					signal,
				});
			return;
		}
		const cause = /^ {2}process didn't exit successfully: `.*` \((.*)\)$/.exec(
			line,
		);
		if (cause !== null) caused = cause[1];
		// cargo's own end note begins here.
		if (/^error: (test failed, to rerun|doctest failed, to rerun)/.test(line))
			errors = true;
		if (errors) return;
		keep(line);
		yield pass(line, end);
	}

	function keep(line: string): void {
		lastWords = `${lastWords}${line}\n`.slice(-KEPT_CHARACTERS);
	}

	return {
		report: libtest.report,
		lastWords: () => lastWords.trim(),
		reason: (result: RunResult) => caused ?? formatRunResult(result),
		async *read(chunk: { stream: "out" | "err"; bytes: Uint8Array }) {
			const read = chunk.stream === "out" ? readOut : readErr;
			for (const segment of streams[chunk.stream].push(chunk.bytes))
				yield* read(segment);
		},
		async *flush() {
			for (const segment of streams.out.flush()) yield* readOut(segment);
			for (const segment of streams.err.flush()) yield* readErr(segment);
		},
	};
}

/** What a test prints belongs to the conversation: the answer is the table. */
function pass(line: string, end: string): Event {
	return {
		type: "output",
		stream: "err",
		bytes: encoder.encode(`${line}${end === "" ? "" : "\n"}`),
	};
}
