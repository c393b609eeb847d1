import {
	type Cell,
	type Clock,
	type Event,
	LlorchError,
	type Outcome,
	type Work,
} from "@llorch/core";
import { memoryBacklog, runCells } from "@llorch/run";

export type ParallelOptions = {
	/** At once. */
	parallel: number;
	signal: AbortSignal;
	clock: Clock;
};

/**
 * Does the same for several things at once, with one outcome each, in their order. Yields what the work says; the rows it keeps
 * to itself. Throws only the signal's reason.
 */
export async function* forAll<I, V>(
	items: readonly { id: string; input: I }[],
	work: (input: I, signal: AbortSignal) => Work<V>,
	{ parallel, signal, clock }: ParallelOptions,
): Work<Outcome<V>[]> {
	const cells: Cell<I>[] = items.map(({ id, input }) => ({
		id,
		label: id,
		uses: [],
		input,
	}));
	const backlog = memoryBacklog<I, V>(cells);
	const run = runCells<I, V>(
		backlog,
		(cell, cellSignal) => work(cell.input, cellSignal),
		{ limits: { "*": parallel }, clock, signal },
	);
	for await (const event of run) if (event.type !== "row") yield event;
	signal.throwIfAborted();
	return backlog.outcomes();
}

/** The same for work that says nothing, and of which nothing may fail: the first failure is thrown, after all have ended. */
export async function mapAll<I, V>(
	items: readonly I[],
	work: (item: I) => Promise<V>,
	options: ParallelOptions,
): Promise<V[]> {
	const outcomes = await silently(
		forAll(
			items.map((input, index) => ({ id: String(index), input })),
			// biome-ignore lint/correctness/useYield: work that says nothing is still a Work
			async function* (input) {
				return await work(input);
			},
			options,
		),
	);
	return outcomes.map(resultOf);
}

/** The value of an outcome; throws its error when it has none. */
export function resultOf<V>(outcome: Outcome<V>): V {
	if (outcome.status === "ok") return outcome.value;
	if (outcome.status === "failed") throw LlorchError.from(outcome.error);
	throw new Error(`${outcome.label} was skipped: ${outcome.reason}`);
}

/** Runs work for its result only. */
export async function silently<V>(work: Work<V>): Promise<V> {
	for (;;) {
		const step: IteratorResult<Event, V> = await work.next();
		if (step.done) return step.value;
	}
}
