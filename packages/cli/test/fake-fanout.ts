import type { ErrorInfo, Json, Outcome } from "@llorch/core";
import {
	createFanout,
	type Fanout,
	type FanoutParts,
	type FanoutResult,
} from "@llorch/fanout";
import { fixedClock } from "./session.ts";

const cut: ErrorInfo = {
	code: "LLORCH_LLM_AUTH",
	message: "Error code: 401 - bad key",
	hint: "See which keys llm has.",
};

/** A fan-out whose calls are made up: two lanes that talk at once, one failure, one skipped call. Plans are real. */
export async function fakeFanout(
	changes: Partial<FanoutResult> = {},
): Promise<Fanout> {
	const planning = createFanout({
		clock: fixedClock,
		cwd: "/w",
		home: "/home/me",
		input: undefined,
		settings: {
			models: [],
			retries: 0,
			timeout: 300,
			parallel: 4,
			stream: true,
			outdir: "runs",
		},
	} as unknown as FanoutParts);
	const row = (id: string, end: object) =>
		({
			id,
			label: id,
			startedAt: "2026-01-02T03:04:05.000Z",
			durationMs: 1200,
			attempts: 1,
			ranOn: "local",
			...end,
		}) as Outcome<Json>;
	return {
		...planning,
		async *run() {
			const say = (lane: string, text: string, stream: "out" | "err" = "out") =>
				({
					type: "output",
					lane,
					stream,
					bytes: new TextEncoder().encode(text),
				}) as const;
			const progress = (done: number) =>
				({
					type: "progress",
					task: "fanout",
					label: "fan-out",
					done,
					total: 3,
					unit: "items",
				}) as const;
			yield progress(0);
			yield say("a", "Because ");
			yield say("b", "Error: Error code: 401 - bad key\n", "err");
			yield {
				type: "row",
				outcome: row("b", { status: "failed", error: cut, partial: null }),
			};
			yield progress(1);
			yield say("a", "of \u001b[31mthat.\n");
			yield { type: "note", level: "warn", text: "a: the answer was cut off" };
			yield {
				type: "row",
				outcome: row("a", {
					status: "ok",
					value: { text: "Because of that." },
				}),
			};
			yield progress(2);
			yield {
				type: "row",
				outcome: row("c", { status: "skipped", reason: "b failed" }),
			};
			yield progress(3);
			return {
				folder: "/w/runs/2026-01-02T03-04-05Z",
				ok: 1,
				failed: 1,
				skipped: 1,
				interrupted: false,
				logged: 1,
				answers: [
					{
						id: "a",
						label: "a",
						model: "a",
						status: "ok",
						duration_ms: 1200,
						attempts: 2,
						input_tokens: 3,
						output_tokens: 14,
						truncated: true,
					},
					{
						id: "b",
						label: "b",
						model: "b",
						status: "error",
						duration_ms: 700,
						attempts: 1,
						input_tokens: null,
						output_tokens: null,
						truncated: null,
						error: cut,
					},
					{
						id: "c",
						label: "c",
						model: "c",
						status: "skipped",
						duration_ms: 0,
						attempts: 0,
						input_tokens: null,
						output_tokens: null,
						truncated: null,
					},
				],
				...changes,
			};
		},
	};
}
