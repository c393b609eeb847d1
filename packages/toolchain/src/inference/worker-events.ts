import type { ServerSentEvent } from "./sse.ts";

/** What a worker says while it answers. */
export type WorkerEvent =
	| { kind: "token"; text: string }
	/** The answer is complete. */
	| { kind: "end" }
	| { kind: "error"; message: string }
	| { kind: "other" };

/**
 * The worker's events: `data: {"t":"token"}` for a token, and beside it `{"type":"started"|"token"|"end"|"error", …}`.
 * What is not known is left alone: a worker may say more than we need.
 */
export function readWorkerEvent({ event, data }: ServerSentEvent): WorkerEvent {
	if (data === "[DONE]") return { kind: "end" };
	let value: unknown;
	try {
		value = JSON.parse(data);
	} catch {
		return { kind: "other" };
	}
	if (typeof value !== "object" || value === null) return { kind: "other" };
	const field = (name: string) => (value as Record<string, unknown>)[name];
	const type = typeof field("type") === "string" ? field("type") : event;
	if (type === "error") {
		const message = field("message") ?? field("error") ?? data;
		return {
			kind: "error",
			message: typeof message === "string" ? message : data,
		};
	}
	if (type === "end") return { kind: "end" };
	const text = field("t");
	return typeof text === "string" ? { kind: "token", text } : { kind: "other" };
}
