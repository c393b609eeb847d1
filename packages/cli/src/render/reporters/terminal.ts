import {
	type Clock,
	type Event,
	formatBytes,
	formatDuration,
} from "@llorch/core";
import {
	type SingleBar as Bar,
	MultiBar,
	type Options,
	type Params,
} from "cli-progress";
import type { Output } from "../../app/invocation.ts";
import type { ProgressView } from "./local.ts";

type Progress = Event & { type: "progress" };

/** Progress as bars (bytes, rate, time left) at the foot of the terminal. A finished bar goes away. */
export function createBarProgress(stream: Output, clock: Clock): ProgressView {
	const tasks = new Map<
		string,
		{ startedAt: number; event: Progress; from: number }
	>();
	let drawn: { multi: MultiBar; bars: Map<string, Bar> } | undefined;

	// Writes that bars are out of the way of; a question may stand for minutes.
	let writes = 0;
	// Text that comes in pieces: a bar would be drawn over what there is of its line.
	let midLine = false;

	const draw = (task: string) => {
		const state = tasks.get(task);
		if (state === undefined || writes > 0 || midLine) return;
		drawn ??= { multi: openBars(stream), bars: new Map() };
		const { event, startedAt, from } = state;
		const payload: Payload = {
			event,
			elapsedMs: clock.now() - startedAt,
			moved: event.done - from,
		};
		const bar = drawn.bars.get(task);
		if (bar === undefined) {
			const total = event.total ?? 0;
			drawn.bars.set(task, drawn.multi.create(total, event.done, payload));
		} else {
			if (event.total !== undefined) bar.setTotal(event.total);
			bar.update(event.done, payload);
		}
	};
	const erase = () => {
		drawn?.multi.stop();
		drawn = undefined;
	};
	return {
		update(event) {
			const known = tasks.get(event.task);
			if (event.total !== undefined && event.done >= event.total) {
				tasks.delete(event.task);
				const bar = drawn?.bars.get(event.task);
				if (bar !== undefined) drawn?.multi.remove(bar);
				drawn?.bars.delete(event.task);
				if (tasks.size === 0) erase();
				return "";
			}
			tasks.set(event.task, {
				event,
				startedAt: known?.startedAt ?? clock.now(),
				from: known?.from ?? event.done,
			});
			draw(event.task);
			return "";
		},
		async around(write, endsMidLine = midLine) {
			// Writing through bars would leave torn bars in the scrollback: take them away, write, draw them again.
			writes++;
			erase();
			try {
				return await write();
			} finally {
				writes--;
				midLine = endsMidLine;
				for (const task of tasks.keys()) draw(task);
			}
		},
		close() {
			tasks.clear();
			erase();
		},
	};
}

function openBars(stream: Output): MultiBar {
	return new MultiBar({
		stream: stream as NodeJS.WriteStream,
		format: (options, params, payload: Payload) =>
			formatBar(options, params, payload, stream.columns),
		fps: 10,
		// The cursor and line wrapping stay as they are, so that a kill leaves nothing to restore.
		hideCursor: false,
		linewrap: true,
		clearOnComplete: true,
		emptyOnZero: true,
		barsize: 24,
		// Signals are the program's business.
		gracefulExit: false,
	});
}

type Payload = { event: Progress; elapsedMs: number; moved: number };

/** One bar's line: `label [====    ]  62 %  415 MB / 669 MB  48.1 MB/s  5.3 s left`. */
export function formatBar(
	options: Options,
	params: Params,
	payload: Payload,
	columns = 80,
): string {
	const { event, elapsedMs, moved } = payload;
	const format = event.unit === "bytes" ? formatBytes : String;
	const rate = elapsedMs > 0 ? (moved / elapsedMs) * 1000 : 0;
	const parts: string[] = [];
	if (event.total === undefined) parts.push(format(event.done));
	else {
		const percent = String(Math.floor(params.progress * 100)).padStart(3);
		parts.push(
			`${percent} %`,
			`${format(event.done)} / ${format(event.total)}`,
		);
	}
	if (event.unit === "bytes" && rate > 0) parts.push(`${formatBytes(rate)}/s`);
	if (event.total !== undefined && rate > 0 && event.done < event.total)
		parts.push(
			`${formatDuration(((event.total - event.done) / rate) * 1000)} left`,
		);
	const text = parts.join("  ");
	if (event.total === undefined) return `${event.label}  ${text}`;
	// Where it is narrow the bar goes first, then the label's end: the numbers say the most.
	const room = columns - text.length - event.label.length - "  [] ".length;
	const size = Math.min(options.barsize ?? 24, room);
	if (size >= 4) {
		const filled = Math.round(params.progress * size);
		return `${event.label}  [${"=".repeat(filled)}${" ".repeat(size - filled)}] ${text}`;
	}
	const label = event.label.slice(0, Math.max(0, columns - text.length - 2));
	return `${label}  ${text}`;
}
