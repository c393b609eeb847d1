import type { ErrorInfo } from "./errors.ts";
import type { Event, Work } from "./events.ts";

/** One independent piece of a many-of job. */
export type Cell<I> = {
	/** Hash of what was asked (kind, model, options, prompt digest, repeat, requested host): never an index, never where it ran. */
	id: string;
	label: string;
	/** Lanes it occupies: `host:mac`, `provider:openai`. Limits and back-off are per lane. */
	uses: readonly string[];
	input: I;
};

/** How one cell ended. Every planned cell has exactly one. `durationMs` in milliseconds, `startedAt` in ISO 8601 UTC. */
export type Outcome<V> = {
	id: string;
	label: string;
	startedAt: string;
	durationMs: number;
	attempts: number;
	ranOn: string;
} & (
	| { status: "ok"; value: V }
	| { status: "failed"; error: ErrorInfo; partial?: V }
	| { status: "skipped"; reason: string }
);

/** Where cells come from and rows go to: memory, a journal in a folder, later a queue in PostgreSQL. */
export interface Backlog<I, V> {
	/** The next cell none of whose lanes is blocked, or undefined when there is none now. */
	take(blockedLanes: ReadonlySet<string>): Promise<Cell<I> | undefined>;
	settle(outcome: Outcome<V>): Promise<void>;
}

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
		failFast?: boolean;
		signal: AbortSignal;
	},
) => AsyncGenerator<Event, Summary>;
