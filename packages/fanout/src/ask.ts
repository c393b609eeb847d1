import { join } from "node:path";
import {
	type Cell,
	type Chunk,
	type Clock,
	type CommandRunner,
	type ErrorInfo,
	type Event,
	LlorchError,
	type RunResult,
	type RunSpec,
	redact,
	succeeded,
	type Work,
} from "@llorch/core";
import {
	type CallLogs,
	type LlmTurn,
	llmPromptSpec,
	maskLlmWords,
	readLlmFailure,
	sumUsage,
} from "@llorch/llm";
import { CellFailure, writeFileAtomic } from "@llorch/run";
import type { FanoutAnswer, FanoutMeta } from "./answer.ts";
import { takeAnswerText } from "./answer-text.ts";
import type { FanoutInput, FanoutPlan } from "./plan.ts";
import { type Prompt, promptText } from "./prompts.ts";
import { explainOutdir } from "./run-folder.ts";
import { keepTail } from "./tail.ts";

export type AskContext = {
	plan: FanoutPlan;
	runner: CommandRunner;
	/** The word that starts llm. */
	llm: string;
	logs: CallLogs;
	/** The run's folder. */
	folder: string;
	clock: Clock;
	/** Bytes without tags. */
	raw: boolean;
};

/** The command line of one attempt. A prompt that is not text is not in it: it goes by stdin when it is started. */
export function specOf(
	cell: Cell<FanoutInput>,
	{ plan, llm, database }: { plan: FanoutPlan; llm: string; database: string },
): RunSpec {
	const text = promptText(promptOf(cell, plan));
	return llmPromptSpec({
		file: llm,
		model: cell.input.model,
		words: plan.words,
		database,
		stream: plan.stream,
		...(text ? { stdin: text } : {}),
		...(plan.timeoutMs === 0 ? {} : { timeoutMs: plan.timeoutMs }),
	});
}

/** The work of one cell: one attempt to get one answer. Throws `CellFailure` with what there is of it. */
export function createAsk(
	context: AskContext,
): (cell: Cell<FanoutInput>, signal: AbortSignal) => Work<FanoutAnswer> {
	const attempts = new Map<string, number>();
	const takeTurn = createTurns();
	return async function* (cell, signal) {
		const attempt = (attempts.get(cell.id) ?? 0) + 1;
		attempts.set(cell.id, attempt);
		try {
			return yield* ask(cell, attempt, { ...context, takeTurn }, signal);
		} catch (error) {
			throw explainOutdir(context.folder, error);
		}
	};
}

async function* ask(
	cell: Cell<FanoutInput>,
	attempt: number,
	context: AskContext & { takeTurn(): Promise<Disposable> },
	signal: AbortSignal,
): Work<FanoutAnswer> {
	const { plan, runner, logs, folder, clock } = context;
	const call = `${cell.id}-${attempt}`;
	const spec = specOf(cell, { ...context, database: await logs.open(call) });
	const prompt = promptOf(cell, plan);
	await using text = await takeAnswerText(folder, `results/${cell.id}.txt`);
	const startedAt = clock.now();
	const running = await runner.start(spec, {
		signal,
		...(promptText(prompt) === undefined ? { stdin: once(prompt.bytes) } : {}),
	});
	const errors = keepTail();
	const show = howToShow(cell.label, context);
	for await (const chunk of running.output) {
		if (chunk.stream === "out") await text.push(chunk.bytes);
		else errors.push(chunk.bytes);
		if (show.live) yield show.event(chunk);
	}
	const result = await running.done;
	const end = {
		result,
		stderr: errors.text(),
		...(spec.timeoutMs === undefined ? {} : { timeoutMs: spec.timeoutMs }),
	};
	const error = succeeded(result)
		? undefined
		: "aborted" in result
			? reasonOf(signal)
			: readLlmFailure(end);
	const answer: FanoutAnswer = {
		...describeCell(cell),
		status: statusOf(result),
		duration_ms: clock.now() - startedAt,
		exit_code: "exitCode" in result ? result.exitCode : null,
		...(await text.end()),
		meta: describeCall(await logs.read(call), {
			startedAt,
			attempt,
			host: runner.host,
			result,
		}),
		command: maskLlmWords([spec.file, ...spec.args]).map(redact),
		stderr_tail: errors.shown(),
		...(error === undefined ? {} : { error }),
	};
	if (!show.live) {
		using _turn = await context.takeTurn();
		if (errors.bytes().length > 0)
			yield show.event({ stream: "err", bytes: errors.bytes() });
		for await (const bytes of text.read())
			yield show.event({ stream: "out", bytes });
	}
	yield* warnings(answer);
	await writeAnswer(folder, answer);
	if (error !== undefined)
		throw new CellFailure(LlorchError.from(error), answer);
	return answer;
}

/** What of a cell stands in its row, whatever becomes of it. */
export function describeCell({ id, label, input }: Cell<FanoutInput>) {
	return {
		id,
		label,
		model: input.model.name,
		options: maskLlmWords(input.model.options),
		prompt: input.prompt,
		repeat: input.repeat,
		host: input.host,
	};
}

/** Keeps one answer as a file of its own. */
export async function writeAnswer(
	folder: string,
	answer: FanoutAnswer,
): Promise<void> {
	await writeFileAtomic(
		join(folder, "results", `${answer.id}.json`),
		`${JSON.stringify(answer, undefined, "\t")}\n`,
	);
}

function promptOf(cell: Cell<FanoutInput>, plan: FanoutPlan): Prompt {
	const prompt = plan.prompts.find(
		({ digest }) => digest === cell.input.prompt,
	);
	if (prompt === undefined)
		throw new Error(`the plan has no prompt ${cell.input.prompt}`);
	return prompt;
}

/**
 * How a call is shown. Tagged lines can be shown as they come, because whoever shows them keeps them whole; untagged bytes of
 * several calls would mix, so each answer then comes in one piece, at its end.
 */
function howToShow(label: string, { plan, raw }: AskContext) {
	return {
		live: plan.stream && (!raw || plan.cells.length === 1),
		event: ({ stream, bytes }: Chunk): Event => ({
			type: "output",
			...(raw ? {} : { lane: label }),
			stream,
			bytes,
		}),
	};
}

/** Lets one go at a time, in the order they came. */
function createTurns(): () => Promise<Disposable> {
	let last = Promise.resolve();
	return async () => {
		const before = last;
		const { promise, resolve } = Promise.withResolvers<void>();
		last = promise;
		await before;
		return { [Symbol.dispose]: resolve };
	};
}

function* warnings({ label, status, meta }: FanoutAnswer): Generator<Event> {
	if (status !== "ok" || meta.truncated !== true) return;
	const why =
		meta.finish_reason === null
			? "it ended without saying why"
			: `finish reason "${meta.finish_reason}"`;
	yield {
		type: "note",
		level: "warn",
		text: `${label}: the answer was cut off (${why})`,
	};
}

function describeCall(
	turns: readonly LlmTurn[],
	call: { startedAt: number; attempt: number; host: string; result: RunResult },
): FanoutMeta {
	const last = turns.at(-1);
	const usage = sumUsage(turns);
	const known = turns.flatMap(({ durationMs }) => durationMs ?? []);
	return {
		started_at: new Date(call.startedAt).toISOString(),
		ran_on: call.host,
		attempts: call.attempt,
		input_tokens: usage.inputTokens,
		output_tokens: usage.outputTokens,
		token_details: last?.tokenDetails ?? null,
		model_duration_ms:
			known.length === 0 ? null : known.reduce((sum, ms) => sum + ms, 0),
		resolved_model: last?.resolvedModel ?? null,
		response_id: last?.id ?? null,
		conversation_id: last?.conversationId ?? null,
		responses: turns.length,
		finish_reason: last?.finishReason ?? null,
		truncated: last?.truncated ?? null,
		signal: "signal" in call.result ? call.result.signal : null,
	};
}

function statusOf(result: RunResult): FanoutAnswer["status"] {
	if (succeeded(result)) return "ok";
	return "timedOut" in result ? "timeout" : "error";
}

function reasonOf(signal: AbortSignal): ErrorInfo {
	return signal.reason instanceof LlorchError
		? signal.reason.info
		: { code: "LLORCH_INTERRUPTED", message: "interrupted" };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
	yield bytes;
}
