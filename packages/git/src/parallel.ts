import {
	type Cell,
	type Clock,
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

/** For what each of `count` things does in its turn: all together then take no more than was allowed. */
export function shareOut<O extends Pick<ParallelOptions, "parallel">>(
	options: O,
	count: number,
): O {
	const atOnce = Math.max(1, Math.min(options.parallel, count));
	return { ...options, parallel: Math.floor(options.parallel / atOnce) };
}

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

/**
 * Maps over several things at once, in order. For looking only: nothing is said and no outcome kept, so it costs next to
 * nothing. The first failure ends it, once what had begun has ended.
 */
export async function mapAll<I, V>(
	items: readonly I[],
	work: (item: I) => Promise<V>,
	{ parallel, signal }: Pick<ParallelOptions, "parallel" | "signal">,
): Promise<V[]> {
	const results: V[] = [];
	let next = 0;
	let failed: { error: unknown } | undefined;
	const worker = async () => {
		while (next < items.length && failed === undefined) {
			const at = next++;
			try {
				signal.throwIfAborted();
				results[at] = await work(items[at] as I);
			} catch (error) {
				failed ??= { error };
			}
		}
	};
	const workers = Math.min(parallel, items.length);
	await Promise.all(Array.from({ length: workers }, worker));
	if (failed !== undefined) throw failed.error;
	return results;
}

/** The value of an outcome; throws its error when it has none. */
export function resultOf<V>(outcome: Outcome<V>): V {
	if (outcome.status === "ok") return outcome.value;
	if (outcome.status === "failed") throw LlorchError.from(outcome.error);
	throw new Error(`${outcome.label} was skipped: ${outcome.reason}`);
}
