import type { Clock } from "@llorch/core";
import type { Emit } from "./emitting.ts";

const INTERVAL_MS = 100;

/** Tells how far one piece of work on bytes has got, at most every 100 ms; the first and the last time always. */
export type Meter = (done: number) => void;

export function openMeter(options: {
	emit: Emit;
	clock: Clock;
	task: string;
	label: string;
	/** Bytes. */
	total: number;
}): Meter {
	const { emit, clock, task, label, total } = options;
	let told = Number.NEGATIVE_INFINITY;
	let last = -1;
	return (done) => {
		const now = clock.now();
		const due = done === total || now - told >= INTERVAL_MS;
		if (!due || done === last) return;
		told = now;
		last = done;
		emit({ type: "progress", task, label, done, total, unit: "bytes" });
	};
}
