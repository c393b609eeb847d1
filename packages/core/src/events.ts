import type { Json } from "./json.ts";
import type { Outcome } from "./outcome.ts";

/** What a use case says while it works. Somebody else has the screen. */
export type Event =
	| {
			type: "progress";
			/** Stable id of one bar; the same task reports again and again. */
			task: string;
			label: string;
			done: number;
			/** Absent while the end is not known. `done === total` ends the bar; 0 of 0 does so without a word. */
			total?: number;
			unit: "bytes" | "items";
	  }
	| { type: "note"; level: "info" | "warn"; text: string }
	| {
			type: "output";
			/** Shown as a `[lane]` tag before each line; absent: the bytes pass untouched. */
			lane?: string;
			/** Bytes of a program that knows its screen: not cleaned on a terminal either. Whoever shows them takes them over. */
			verbatim?: true;
			stream: "out" | "err";
			bytes: Uint8Array;
	  }
	| { type: "row"; outcome: Outcome<Json> };

/** The form of every long use case: events while it works, its result at the end. */
export type Work<V> = AsyncGenerator<Event, V, void>;

/**
 * Runs a `Work` to its end with a sink for the events. `for await` would drop the result. A sink that throws ends the work
 * as a `for await` would: it tidies up, and the sink's error is thrown.
 */
export async function follow<V>(
	work: Work<V>,
	handle: (event: Event) => void | Promise<void>,
): Promise<V> {
	for (;;) {
		const step = await work.next();
		if (step.done) return step.value;
		try {
			await handle(step.value);
		} catch (error) {
			// What goes wrong in tidying comes second to why there was tidying to do.
			await work.return(undefined as V).catch(() => {});
			throw error;
		}
	}
}
