import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "@llorch/core";

/** The machine's own time. */
export const systemClock: Clock = {
	now: () => Date.now(),
	async sleep(ms, signal) {
		signal?.throwIfAborted();
		try {
			await delay(ms, undefined, signal ? { signal } : undefined);
		} catch (error) {
			signal?.throwIfAborted();
			throw error;
		}
	},
};
