import type {
	Backlog,
	Cell,
	Event,
	Json,
	Outcome,
	RunCells,
	Summary,
	Work,
} from "@llorch/core";
import { createBell } from "./bell.ts";
import { createChannel } from "./channel.ts";
import { systemClock } from "./clock.ts";
import { createLanes } from "./lanes.ts";
import { runCell, skippedOutcome } from "./run-cell.ts";

// With more rows than this that nobody has read yet, no new cell is started: a stalled reader must not fill the memory.
const MAX_UNREAD_ROWS = 64;

/**
 * Works the cells of a backlog off, as many at once as the lanes allow. Yields the events of all running cells as they come
 * (each waits until its last one was read), and for every cell exactly one `row`, settled before it is seen. Rows come as
 * cells end; a value must be JSON. `ranOn` is the cell's `host:` lane, else `local`.
 *
 * - `retries`: a cell that waits for its next attempt keeps its lanes, so a provider that is overloaded gets less to do.
 * - Work that throws makes a `failed` row, whatever it throws; `CellFailure` adds a partial value. It hides nobody else.
 * - `failFast`: the first failed cell aborts the running ones; those that do not end well then, and all the rest, are `skipped`.
 * - An abort: running cells get the signal and are awaited, the rest are `skipped` ("interrupted"), `summary.interrupted` is true.
 * - A reader that leaves early: the running cells are aborted and awaited; cells not started get no row.
 * - A backlog that throws (a full disk under the journal): the running cells are aborted and awaited, and its error is thrown.
 */
export const runCells: RunCells = async function* (backlog, work, options) {
	const run = startRun(backlog, work, options);
	try {
		for (;;) {
			const event = await run.next();
			if (event === undefined) return await run.finished;
			yield event;
		}
	} finally {
		run.leave();
		await run.finished.catch(() => {});
	}
};

function startRun<I, V>(
	backlog: Backlog<I, V>,
	work: (cell: Cell<I>, signal: AbortSignal) => Work<V>,
	options: Parameters<RunCells>[2],
) {
	const { clock = systemClock, retries, failFast = false } = options;
	const lanes = createLanes(options.limits);
	const events = createChannel<Event>();
	const changed = createBell();
	const stopping = new AbortController();
	const signal = AbortSignal.any([options.signal, stopping.signal]);
	const summary: Summary = { ok: 0, failed: 0, skipped: 0, interrupted: false };
	const tasks = new Set<Promise<void>>();
	let unreadRows = 0;
	let failedFirst: string | undefined;
	let ended = false;
	let broken: { error: unknown } | undefined;

	const end = () => {
		ended = true;
		stopping.abort();
		events.close();
		changed.ring();
	};
	const begin = (task: Promise<void>) => {
		const tracked = task
			.catch((error) => {
				broken ??= { error };
				end();
			})
			.then(() => {
				tasks.delete(tracked);
				changed.ring();
			});
		tasks.add(tracked);
	};
	const skipReason = () => {
		if (options.signal.aborted) return "interrupted";
		if (failedFirst !== undefined) return `${failedFirst} failed`;
		return undefined;
	};

	async function finish(outcome: Outcome<V>): Promise<void> {
		await backlog.settle(outcome);
		summary[outcome.status]++;
		if (outcome.status !== "ok" && options.signal.aborted)
			summary.interrupted = true;
		await events.put({ type: "row", outcome: outcome as Outcome<Json> });
		unreadRows--;
	}

	async function runToEnd(cell: Cell<I>): Promise<void> {
		lanes.enter(cell.uses);
		const outcome = await runCell(cell, {
			backlog,
			work,
			retries,
			clock,
			signal,
			emit: events.put,
		});
		lanes.leave(cell.uses);
		unreadRows++;
		changed.ring();
		if (failFast && outcome.status === "failed") {
			const reason = skipReason();
			if (reason === undefined) {
				failedFirst = cell.label;
				stopping.abort();
			} else if (!options.signal.aborted) {
				return finish(skippedOutcome(cell, reason, clock));
			}
		}
		return finish(outcome);
	}

	async function workOff(): Promise<void> {
		while (!ended) {
			const seen = changed.count();
			const stopped = skipReason() !== undefined;
			if (unreadRows >= MAX_UNREAD_ROWS || (!stopped && lanes.full())) {
				await changed.after(seen);
				continue;
			}
			const cell = await backlog.take(stopped ? new Set() : lanes.blocked());
			if (ended) return;
			if (cell !== undefined) {
				const reason = skipReason();
				if (reason === undefined) begin(runToEnd(cell));
				else {
					unreadRows++;
					begin(finish(skippedOutcome(cell, reason, clock)));
				}
			} else if (changed.count() === seen) {
				if (tasks.size === 0) return;
				await changed.after(seen);
			}
		}
	}

	async function runAll(): Promise<Summary> {
		options.signal.addEventListener("abort", changed.ring);
		try {
			await workOff();
		} catch (error) {
			broken ??= { error };
		}
		options.signal.removeEventListener("abort", changed.ring);
		end();
		await Promise.all(tasks);
		if (broken !== undefined) throw broken.error;
		return summary;
	}

	const finished = runAll();
	// Who reads events hears of it there.
	finished.catch(() => {});
	return { next: events.take, leave: end, finished };
}
