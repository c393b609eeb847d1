import { sanitize } from "@llorch/core";

type LaneState = { decoder: InstanceType<typeof TextDecoder>; held: string };

/** Cuts the streams of several lanes into whole lines, each with its `[lane]` tag, so that lanes never mix inside a line. */
export type LaneLines = {
	/** The whole lines that `bytes` completed. */
	push(lane: string, bytes: Uint8Array): string;
	/** What a lane said without a newline at its end, or every lane when none is named. */
	flush(lane?: string): string;
};

export function createLaneLines(options: { clean: boolean }): LaneLines {
	const lanes = new Map<string, LaneState>();
	const tag = (lane: string, line: string) => {
		const tagged = `[${lane}] ${line}\n`;
		return options.clean ? sanitize(tagged) : tagged;
	};
	const flushLane = (lane: string): string => {
		const state = lanes.get(lane);
		if (state === undefined) return "";
		lanes.delete(lane);
		const rest = state.held + state.decoder.decode();
		return rest === "" ? "" : tag(lane, rest);
	};
	return {
		push(lane, bytes) {
			const state = lanes.get(lane) ?? {
				decoder: new TextDecoder(),
				held: "",
			};
			lanes.set(lane, state);
			const lines = (
				state.held + state.decoder.decode(bytes, { stream: true })
			).split("\n");
			state.held = lines.pop() ?? "";
			return lines.map((line) => tag(lane, line)).join("");
		},
		flush: (lane) =>
			lane === undefined
				? [...lanes.keys()].map(flushLane).join("")
				: flushLane(lane),
	};
}
