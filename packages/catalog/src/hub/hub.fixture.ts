import { type Clock, type ErrorInfo, LlorchError } from "@llorch/core";
import { createHub } from "./create-hub.ts";
import type { HubOptions } from "./session.ts";
import type { Hub } from "./types.ts";

/** Sleeps at once, and notes for how long it should have. Its time stands still but for the sleeps. */
export function testClock(): Clock & { sleeps: number[] } {
	let now = Date.parse("2026-01-01T00:00:00Z");
	const sleeps: number[] = [];
	return {
		sleeps,
		now: () => now,
		async sleep(ms, signal) {
			signal?.throwIfAborted();
			sleeps.push(ms);
			now += ms;
		},
	};
}

export type TestHub = Hub &
	AsyncDisposable & { clock: ReturnType<typeof testClock> };

/** A client of the hub at `endpoint`, without environment and with a clock that does not wait. */
export function connect(
	endpoint: string,
	options: Partial<HubOptions> = {},
): TestHub {
	const clock = testClock();
	const hub = createHub({
		endpoint,
		network: { offline: false },
		clock,
		stallMs: 400,
		...options,
	});
	return { ...hub, clock, [Symbol.asyncDispose]: hub.close };
}

/** The error that work ends with, as data. Rejects when it ends well, or with a bug. */
export async function failure(work: Promise<unknown>): Promise<ErrorInfo> {
	const error = await work.then(
		() => new Error("it did not fail"),
		(reason: unknown) => reason,
	);
	if (error instanceof LlorchError) return error.info;
	throw error;
}

export const never = new AbortController().signal;
