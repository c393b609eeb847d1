import type { ErrorInfo } from "./errors.ts";

/**
 * How one cell ended. Every planned cell has exactly one. `startedAt` (ISO 8601 UTC) and `durationMs` (milliseconds) are
 * those of the last attempt, so that a comparison of durations is not one of waiting times; `attempts` counts all.
 */
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
