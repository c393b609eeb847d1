import { join } from "node:path";
import type { Clock, CommandRunner, Event, Summary, Work } from "@llorch/core";
import {
	closeCallLogs,
	inspectLlmWords,
	isTransientLlmError,
	type LlmInstallation,
	openCallLogs,
} from "@llorch/llm";
import { type Journal, openJournal, runCells } from "@llorch/run";
import type { FanoutAnswer } from "./answer.ts";
import { createAsk } from "./ask.ts";
import { gatherAnswers, writeResults } from "./finish.ts";
import { type FanoutFacts, writeManifest } from "./manifest.ts";
import { type FanoutInput, type FanoutPlan, shallLog } from "./plan.ts";
import { recoverRuns } from "./recover.ts";
import { type FanoutResult, summarize } from "./result.ts";
import {
	explainOutdir,
	makeRunFolder,
	names,
	withOutdir,
} from "./run-folder.ts";

export type FanoutContext = {
	runner: CommandRunner;
	llm: LlmInstallation;
	clock: Clock;
	signal: AbortSignal;
	/** An absolute path; every run gets a folder of its own in there. */
	outdir: string;
	facts: FanoutFacts;
	/** Show the bytes of the answers without tags. */
	raw: boolean;
};

/** Milliseconds between attempts: 1 s, 2 s, 4 s … up to a minute, each up to a quarter longer, so that calls that failed together do not come back together. */
const backoff = (attempt: number) =>
	Math.min(1000 * 2 ** (attempt - 1), 60_000) * (1 + Math.random() / 4);

// The signal that ended the run must not end the tidying up after it, but who pressed Ctrl-C does not wait long.
const PATIENCE_MS = 3_000;
const FAREWELL_MS = 5_000;

/**
 * Makes every call of a plan and keeps what comes of it in a folder of its own: `manifest.json` first, then
 * `journal.ndjson` and `results/`, at the end (also of an interruption) `results.jsonl`. A failed call is a row like any
 * other. Before it starts, earlier runs in `outdir` that were killed are put in order.
 *
 * Yields the answers as `output` events with the cell's label as lane, one `row` for every cell, and progress.
 * @throws LLORCH_FANOUT_OUTDIR_UNUSABLE, LLORCH_LLM_LOGS_UNUSABLE (before the first call)
 */
export async function* runFanout(
	plan: FanoutPlan,
	context: FanoutContext,
): Work<FanoutResult> {
	const { clock, outdir, facts } = context;
	yield* recover(context);
	const startedAt = clock.now();
	const folder = await makeRunFolder(outdir, startedAt);
	const journal = await withOutdir(folder, async () => {
		await writeManifest(folder, plan, facts, startedAt);
		return openJournal<FanoutInput, FanoutAnswer>({
			file: join(folder, names.journal),
			cells: plan.cells,
		});
	});
	try {
		return yield* work(plan, folder, journal, context);
	} catch (error) {
		throw explainOutdir(folder, error);
	} finally {
		await journal.close();
	}
}

async function* work(
	plan: FanoutPlan,
	folder: string,
	journal: Journal<FanoutInput, FanoutAnswer>,
	context: FanoutContext,
): Work<FanoutResult> {
	const { clock, signal, llm } = context;
	const logsFolder = join(folder, names.logs);
	let summary: Summary;
	let answers: FanoutAnswer[];
	try {
		const logs = await openCallLogs(logsFolder, {
			...context,
			looksUp: [plan.words, ...plan.models.map(({ options }) => options)].some(
				(words) => inspectLlmWords(words).looksUp,
			),
		});
		const ask = createAsk({ ...context, plan, logs, folder, llm: llm.command });
		const cells = runCells(journal, ask, {
			limits: { "*": plan.parallel },
			failFast: plan.failFast,
			retries: {
				times: plan.retries,
				delayMs: backoff,
				shouldRetry: isTransientLlmError,
			},
			clock,
			signal,
		});
		summary = yield* countRows(cells, plan.cells.length);
	} finally {
		// Also when whoever reads the events has left, or the disk is full: what there is shall be found.
		answers = await gatherAnswers(folder, plan.cells, journal.outcomes());
		await writeResults(folder, answers);
	}
	return {
		folder,
		...summary,
		logged: yield* handOverLogs(plan, logsFolder, context),
		answers: answers.map(summarize),
	};
}

/** Passes the events on, with progress after every row. */
async function* countRows(
	cells: AsyncGenerator<Event, Summary>,
	total: number,
): Work<Summary> {
	let done = 0;
	const progress = (): Event => ({
		type: "progress",
		task: "fanout",
		label: "fan-out",
		done,
		total,
		unit: "items",
	});
	try {
		yield progress();
		for (;;) {
			const step = await cells.next();
			if (step.done) return step.value;
			yield step.value;
			if (step.value.type !== "row") continue;
			done++;
			yield progress();
		}
	} finally {
		// Whoever stops reading ends the running calls; after the end it does nothing.
		await cells.return(undefined as never);
	}
}

async function* handOverLogs(
	plan: FanoutPlan,
	folder: string,
	context: FanoutContext,
): Work<number | null> {
	const into = shallLog(plan, context.llm);
	const farewell = context.signal.aborted
		? { signal: AbortSignal.timeout(FAREWELL_MS), patienceMs: PATIENCE_MS }
		: {};
	try {
		const { turns } = await closeCallLogs(folder, {
			...context,
			...farewell,
			into,
		});
		return into ? turns : null;
	} catch (error) {
		const why = error instanceof Error ? error.message : String(error);
		yield {
			type: "note",
			level: "warn",
			text: `this run is not in llm's logs yet: ${why}; the next fan-out into the same folder adds it`,
		};
		return null;
	}
}

async function* recover(context: FanoutContext): Work<void> {
	const recovered = await withOutdir(context.outdir, () =>
		recoverRuns(context.outdir, context),
	);
	for (const run of recovered) {
		yield "error" in run
			? {
					type: "note",
					level: "warn",
					text: `the run ${run.folder} was killed, and could not be put in order: ${run.error.message}`,
				}
			: {
					type: "note",
					level: "info",
					text: `the run ${run.folder} was killed: its results are in order now, and ${run.loggedTurns} of its requests were added to llm's logs`,
				};
	}
}
