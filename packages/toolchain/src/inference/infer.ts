import { randomUUID } from "node:crypto";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { type Event, type RunSpec, toErrorInfo, type Work } from "@llorch/core";
import { inStateFolder } from "@llorch/run";
import { chooseBackend } from "../choose-backend.ts";
import type { Backend } from "../settings.ts";
import type { Surroundings } from "../surroundings.ts";
import { emptyAnswer, execute } from "./execute.ts";
import { findModel } from "./find-model.ts";
import { findWorker } from "./find-worker.ts";
import { lastLines } from "./last-lines.ts";
import { claimPort } from "./port.ts";
import { type InferenceRecord, openRunFolder, type RunFolder } from "./runs.ts";
import { waitUntilReady } from "./wait-ready.ts";
import { startWorker, type Worker } from "./worker.ts";
import { died, endsSoon, explain, whenOf } from "./worker-death.ts";

export type InferFlags = {
	backend?: Backend | undefined;
	/** A model of the catalog, or a path relative to the working folder. Default: `worker.test_model`. */
	model?: string | undefined;
	/** The GPU the worker sees. Default: `worker.default_gpu_device`. */
	device?: number | undefined;
	/** Default: a free one. */
	port?: number | undefined;
	prompt: string;
	maxTokens: number;
	/** The worker logs everything, and the first events are shown. */
	debug: boolean;
	signal: AbortSignal;
};

/** What a worker answered, and how fast. */
export type Inference = {
	backend: Backend;
	binary: string;
	/** The model's path. */
	model: string;
	prompt: string;
	text: string;
	tokens: number;
	/** From the worker's start to its first healthy answer. */
	readyMs: number;
	/** From the request to the first token. */
	firstTokenMs: number;
	/** Of the tokens after the first; null when there are too few to tell. */
	tokensPerSecond: number | null;
	/** Path of the worker's log. */
	log: string;
};

/** Where the logs of workers are, under llorch's state folder. */
export function inferenceFolder(stateFolder: string): string {
	return join(stateFolder, "inference");
}

/**
 * Starts a built worker, waits until it is ready, has it answer one prompt, and ends it, whatever happens. Tokens are
 * `output` on stdout, as they come.
 *
 * Throws LLORCH_WORKER_NOT_BUILT, LLORCH_WORKER_DIED, LLORCH_WORKER_NOT_READY, LLORCH_WORKER_REFUSED, LLORCH_WORKER_CUT_OFF,
 * LLORCH_PORT_TAKEN, what `findCrate` and the model's look-up throw, and the signal's reason.
 */
export async function* infer(
	surroundings: Surroundings,
	flags: InferFlags,
): Work<Inference> {
	const { clock, settings, runner } = surroundings;
	const { signal } = flags;
	const backend = yield* chooseBackend({
		asked: flags.backend,
		settings: settings.build,
		runner,
		platform: surroundings.platform,
		signal,
	});
	const program = yield* findWorker(surroundings, backend, signal);
	const model = await findModel(surroundings, flags.model);
	const folder = inferenceFolder(surroundings.stateFolder);
	const claimed = await inStateFolder(folder, () =>
		claimPort(join(folder, "ports"), flags.port),
	);
	try {
		const startedAt = clock.now();
		const run = await inStateFolder(folder, () =>
			openRunFolder(folder, startedAt, backend),
		);
		const record: InferenceRecord = {
			version: 1,
			id: run.id,
			backend,
			startedAt: new Date(startedAt).toISOString(),
			status: "running",
			binary: program,
			model,
			port: claimed.port,
			prompt: flags.prompt,
		};
		try {
			await inStateFolder(folder, () => run.write(record));
			const result = yield* tryOut(surroundings, flags, { record, run });
			await run.write({ ...record, status: "ok" }).catch(() => {});
			return result;
		} catch (error) {
			const failure = signal.aborted ? signal.reason : error;
			await run
				.write({ ...record, status: "failed", error: toErrorInfo(failure) })
				.catch(() => {});
			throw failure;
		} finally {
			await run.close();
		}
	} finally {
		await claimed.release();
	}
}

async function* tryOut(
	surroundings: Surroundings,
	flags: InferFlags,
	{ record, run }: { record: InferenceRecord; run: RunFolder },
): Work<Inference> {
	const { clock, settings, runner } = surroundings;
	const { signal } = flags;
	const { backend, binary, model, port, prompt } = record;
	const answer = emptyAnswer();
	const startedAt = clock.now();
	yield note(`starting ${binary} on port ${port}`);
	const worker = await startWorker({
		runner,
		spec: workerSpec(surroundings, flags, record),
		log: run.log,
		signal,
	});
	const response = await open(run.response, "a", 0o600).catch(() => undefined);
	try {
		const ready = await waitUntilReady({
			worker,
			port,
			clock,
			timeoutMs: settings.worker.ready_timeout * 1000,
			signal,
		});
		if (!ready) throw died(worker, run.log, "before it was ready");
		const readyMs = clock.now() - startedAt;
		const complete = yield* execute({
			port,
			job: {
				job_id: run.id,
				prompt,
				max_tokens: flags.maxTokens,
				temperature: 0.7,
				seed: 42,
			},
			answer,
			// A disk that is full loses the copy only.
			keep: async (text) => void (await response?.write(text).catch(() => {})),
			debug: flags.debug,
			now: clock.now,
			signal: AbortSignal.any([signal, worker.ended]),
		});
		// To an answer without a length, an abort is an end like any other.
		signal.throwIfAborted();
		if (!complete) {
			// A worker that dies can leave an answer that looks whole.
			if (await endsSoon(worker)) throw died(worker, run.log, whenOf(answer));
			signal.throwIfAborted();
			yield note(
				"the worker closed its answer without an end event: it may be incomplete",
				"warn",
			);
		}
		const { text, tokens, firstTokenMs = 0, decodeMs } = answer;
		return {
			backend,
			binary,
			model,
			prompt,
			text,
			tokens,
			readyMs,
			firstTokenMs,
			tokensPerSecond:
				tokens > 1 && decodeMs > 0 ? ((tokens - 1) * 1000) / decodeMs : null,
			log: run.log,
		};
	} catch (error) {
		signal.throwIfAborted();
		const failure = await explain(error, worker, run.log, whenOf(answer));
		// After half an answer, the error begins on a line of its own.
		if (answer.text !== "" && !answer.text.endsWith("\n"))
			yield { type: "output", stream: "out", bytes: NEWLINE };
		yield* showLog(worker, flags.debug);
		throw failure;
	} finally {
		await worker.end();
		await response?.close().catch(() => {});
	}
}

const NEWLINE = new TextEncoder().encode("\n");

const SHOWN_LINES = 20;
const SHOWN_DEBUG_LINES = 200;

function* showLog(worker: Worker, debug: boolean): Generator<Event, void> {
	const lines = lastLines(
		worker.tail(),
		debug ? SHOWN_DEBUG_LINES : SHOWN_LINES,
	);
	if (lines.length === 0) return;
	yield {
		type: "output",
		lane: "worker",
		stream: "err",
		bytes: new TextEncoder().encode(`${lines.join("\n")}\n`),
	};
}

function workerSpec(
	{ root, settings }: Surroundings,
	flags: InferFlags,
	{ binary, id, model, port, backend }: InferenceRecord,
): RunSpec {
	const device = flags.device ?? settings.worker.default_gpu_device;
	return {
		file: binary,
		args: [
			"--worker-id",
			`llorch-${id}-${randomUUID().slice(0, 8)}`,
			"--model",
			model,
			"--port",
			String(port),
			"--callback-url",
			settings.worker.callback_url,
		],
		cwd: root,
		env: {
			...(backend === "cuda" ? { CUDA_VISIBLE_DEVICES: String(device) } : {}),
			...(flags.debug ? { RUST_LOG: "debug" } : {}),
		},
	};
}

function note(text: string, level: "info" | "warn" = "info"): Event {
	return { type: "note", level, text };
}
