import { open } from "node:fs/promises";
import type {
	CommandRunner,
	Running,
	RunResult,
	RunSpec,
	StartOptions,
} from "@llorch/core";

/** A worker that runs. */
export type Worker = {
	/** Aborted as soon as it has ended; its last words are in the log by then. */
	readonly ended: AbortSignal;
	/** How it ended, once it has. */
	result(): RunResult | undefined;
	/** The end of what it has said so far. */
	tail(): string;
	/** Ends it and all its children. Resolves when they are gone. */
	end(): Promise<void>;
};

const KEPT_CHARACTERS = 16_000;

/** Starts a worker with a private log. Throws as the runner does when it cannot be started. */
export async function startWorker(options: {
	runner: CommandRunner;
	spec: RunSpec;
	log: string;
	signal: AbortSignal;
}): Promise<Worker> {
	const ending = new AbortController();
	const ended = new AbortController();
	const start: StartOptions = {
		signal: AbortSignal.any([options.signal, ending.signal]),
		wholeGroup: true,
	};
	const running = await options.runner.start(options.spec, start);
	let tail = "";
	let result: RunResult | undefined;
	const written = writeLog(running, options.log, (text) => {
		tail = (tail + text).slice(-KEPT_CHARACTERS);
	});
	const gone = (async () => {
		await written;
		// Not its children: one that ignores TERM would keep its death from us for seconds.
		result = await (running.exited ?? running.done);
		ended.abort();
		await running.done;
	})();
	return {
		ended: ended.signal,
		result: () => result,
		tail: () => tail,
		async end() {
			ending.abort();
			await gone;
		},
	};
}

/** Reads the worker's output to its end: a worker whose pipe is full would stand still. A disk that is full loses the log only. */
async function writeLog(
	running: Running,
	path: string,
	onText: (text: string) => void,
): Promise<void> {
	const decoder = new TextDecoder();
	const file = await open(path, "a", 0o600).catch(() => undefined);
	try {
		for await (const { bytes } of running.output) {
			onText(decoder.decode(bytes, { stream: true }));
			await file?.write(bytes).catch(() => {});
		}
	} finally {
		await file?.close().catch(() => {});
	}
}
