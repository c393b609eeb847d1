import {
	type Backlog,
	type Cell,
	type Clock,
	type ErrorInfo,
	type Event,
	formatDuration,
	LlorchError,
	type Outcome,
	type Retries,
	toErrorInfo,
	type Work,
} from "@llorch/core";
import { CellFailure } from "./cell-failure.ts";

export type CellContext<I, V> = {
	backlog: Backlog<I, V>;
	work: (cell: Cell<I>, signal: AbortSignal) => Work<V>;
	retries: Retries | undefined;
	clock: Clock;
	signal: AbortSignal;
	/** Takes what the cell says, at the reader's pace. */
	emit(event: Event): Promise<void>;
};

/** Works one cell off, with all its attempts. Throws only when the backlog does. */
export async function runCell<I, V>(
	cell: Cell<I>,
	context: CellContext<I, V>,
): Promise<Outcome<V>> {
	const { retries, clock, signal } = context;
	for (let attempt = 1; ; attempt++) {
		const outcome = await runAttempt(cell, attempt, context);
		if (outcome.status !== "failed" || signal.aborted) return outcome;
		if (retries === undefined || attempt > retries.times) return outcome;
		if (!retries.shouldRetry(outcome.error)) return outcome;

		await context.backlog.attempted?.(outcome);
		const delay = retries.delayMs(attempt);
		await context.emit({
			type: "note",
			level: "warn",
			text: `${cell.label}: ${outcome.error.message}; attempt ${attempt + 1} of ${retries.times + 1} in ${formatDuration(delay)}`,
		});
		try {
			await clock.sleep(delay, signal);
		} catch {
			return outcome;
		}
	}
}

async function runAttempt<I, V>(
	cell: Cell<I>,
	attempt: number,
	{ work, clock, signal, emit }: CellContext<I, V>,
): Promise<Outcome<V>> {
	const began = clock.now();
	const row = () => ({
		...describeCell(cell, began),
		durationMs: clock.now() - began,
		attempts: attempt,
	});
	try {
		const events = work(cell, signal);
		for (;;) {
			const step = await events.next();
			if (step.done) return { ...row(), status: "ok", value: step.value };
			await emit(step.value);
		}
	} catch (thrown) {
		const partial =
			thrown instanceof CellFailure ? { partial: thrown.partial as V } : {};
		const error = thrown instanceof CellFailure ? thrown.cause : thrown;
		return {
			...row(),
			status: "failed",
			error: explain(error, signal),
			...partial,
		};
	}
}

/** An abort that surfaces as a plain `AbortError` is not a bug. */
function explain(error: unknown, signal: AbortSignal): ErrorInfo {
	if (!signal.aborted || error instanceof LlorchError)
		return toErrorInfo(error);
	if (signal.reason instanceof LlorchError) return signal.reason.info;
	return { code: "LLORCH_INTERRUPTED", message: "interrupted" };
}

/** The row of a cell that was not run. */
export function skippedOutcome<I>(
	cell: Cell<I>,
	reason: string,
	clock: Clock,
): Outcome<never> {
	return {
		...describeCell(cell, clock.now()),
		durationMs: 0,
		attempts: 0,
		status: "skipped",
		reason,
	};
}

const HOST_LANE = "host:";

function describeCell<I>(cell: Cell<I>, startedAt: number) {
	const lane = cell.uses.find((use) => use.startsWith(HOST_LANE));
	return {
		id: cell.id,
		label: cell.label,
		startedAt: new Date(startedAt).toISOString(),
		ranOn: lane?.slice(HOST_LANE.length) ?? "local",
	};
}
