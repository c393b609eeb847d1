import type { Clock } from "./clock.ts";
import type { ErrorInfo } from "./errors.ts";
import type { Event, Work } from "./events.ts";
import type { Outcome } from "./outcome.ts";

/** One independent piece of a many-of job. */
export type Cell<I> = {
	/** Hash of what was asked (kind, model, options, prompt digest, repeat, requested host): never an index, never where it ran. */
	id: string;
	label: string;
	/** Lanes it occupies: `host:mac`, `provider:openai`. Limits and back-off are per lane. */
	uses: readonly string[];
	input: I;
};

/** Where cells come from and rows go to: memory, a journal in a folder, later a queue in PostgreSQL. */
export interface Backlog<I, V> {
	/** The next cell none of whose lanes is blocked, or undefined when there is none now. */
	take(blockedLanes: ReadonlySet<string>): Promise<Cell<I> | undefined>;
	/** Keeps the final row of a cell. When it resolves, the row is safe. */
	settle(outcome: Outcome<V>): Promise<void>;
	/** Keeps a failed attempt that will be followed by another one. */
	attempted?(outcome: Outcome<V>): Promise<void>;
}

/** Which failed cells are tried again, and when. */
export type Retries = {
	/** Further attempts after the first. */
	times: number;
	/** Milliseconds to wait after failed attempt number `attempt` (from 1). */
	delayMs(attempt: number): number;
	shouldRetry(error: ErrorInfo): boolean;
};

export type Summary = {
	ok: number;
	failed: number;
	skipped: number;
	interrupted: boolean;
};

export type RunCells = <I, V>(
	backlog: Backlog<I, V>,
	work: (cell: Cell<I>, signal: AbortSignal) => Work<V>,
	options: {
		/** Cells at once, per lane. The lane `*` bounds the whole run. */
		limits: Readonly<Record<string, number>>;
		/** The first failed cell aborts the running ones and skips the rest. */
		failFast?: boolean;
		retries?: Retries;
		/** For times in the rows and the waits between attempts. Default: the system's. */
		clock?: Clock;
		signal: AbortSignal;
	},
) => AsyncGenerator<Event, Summary>;
