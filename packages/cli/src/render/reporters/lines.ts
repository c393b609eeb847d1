import { type Clock, formatBytes } from "@llorch/core";
import type { ProgressView } from "./local.ts";

/** Milliseconds between two lines of one task: a log of a long download stays readable. */
const INTERVAL_MS = 5_000;

/** Progress as plain lines for pipes and log files: now and then, and at the end. */
export function createLineProgress(clock: Clock): ProgressView {
	const lastLine = new Map<string, number>();
	return {
		update({ task, label, done, total, unit }) {
			if (total === 0) return "";
			const now = clock.now();
			const finished = done === total;
			const first = !lastLine.has(task);
			if (first) lastLine.set(task, now);
			if (!finished && (first || now - (lastLine.get(task) ?? 0) < INTERVAL_MS))
				return "";
			lastLine.set(task, finished ? Number.POSITIVE_INFINITY : now);
			const format = unit === "bytes" ? formatBytes : String;
			if (total === undefined) return `${label}  ${format(done)}\n`;
			const percent = Math.floor((done / total) * 100);
			return `${label}  ${format(done)} of ${format(total)}  ${percent} %\n`;
		},
		around: (write) => write(),
		close() {},
	};
}

/** `--quiet`: no progress at all. */
export const noProgress: ProgressView = {
	update: () => "",
	around: (write) => write(),
	close() {},
};
