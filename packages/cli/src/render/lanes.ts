import { sanitize } from "@llorch/core";

/** The pieces of a line that has no end yet. */
type LaneState = {
	decoder: InstanceType<typeof TextDecoder>;
	held: string[];
	/** Characters in `held`. */
	length: number;
};

/**
 * Cuts the streams of several lanes into whole lines, each with its `[lane]` tag, so that lanes never mix inside a line. A line longer
 * than `LONGEST` is shown in several, each with the tag: nobody knows how much of it is still to come.
 */
export type LaneLines = {
	/** The whole lines that `bytes` completed. */
	push(lane: string, bytes: Uint8Array): string;
	/** What a lane said without a newline at its end, or every lane when none is named. */
	flush(lane?: string): string;
};

/** Characters that are held back at most. */
export const LONGEST = 64 * 1024;

export function createLaneLines(options: { clean: boolean }): LaneLines {
	const lanes = new Map<string, LaneState>();
	const tag = (lane: string, line: string) => {
		const tagged = `[${lane}] ${line}\n`;
		return options.clean ? sanitize(tagged) : tagged;
	};
	const hold = (state: LaneState, text: string) => {
		if (text === "") return;
		state.held.push(text);
		state.length += text.length;
	};
	const take = (state: LaneState): string => {
		const line = state.held.join("");
		state.held = [];
		state.length = 0;
		return line;
	};
	const flushLane = (lane: string): string => {
		const state = lanes.get(lane);
		if (state === undefined) return "";
		lanes.delete(lane);
		hold(state, state.decoder.decode());
		return state.length === 0 ? "" : tag(lane, take(state));
	};
	return {
		push(lane, bytes) {
			const state = lanes.get(lane) ?? {
				decoder: new TextDecoder(),
				held: [],
				length: 0,
			};
			lanes.set(lane, state);
			const lines = state.decoder.decode(bytes, { stream: true }).split("\n");
			const unfinished = lines.pop() ?? "";
			const shown = lines.map((line) => {
				hold(state, line);
				return tag(lane, take(state));
			});
			hold(state, unfinished);
			if (state.length > LONGEST) shown.push(tag(lane, take(state)));
			return shown.join("");
		},
		flush: (lane) =>
			lane === undefined
				? [...lanes.keys()].map(flushLane).join("")
				: flushLane(lane),
	};
}
