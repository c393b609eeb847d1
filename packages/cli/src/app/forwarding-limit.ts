import { LlorchError } from "@llorch/core";

// What a far llorch has to end in once it was told to.
const END_MS = 10_000;

/** How long a command on a host may take. */
export type Limit = {
	/** Aborted when the caller wants it to end, or its time is over. */
	readonly signal: AbortSignal;
	/** Aborted a while after that: whoever has not ended is ended. */
	readonly late: AbortSignal;
	/** From now on it has so many seconds; 0: any number. */
	start(seconds: number): void;
	/** Throws LLORCH_REMOTE_TIMEOUT when the time was over, whatever became of it. */
	check(): void;
	/** To be called in the end. */
	stop(): void;
};

export function createLimit(host: string, caller: AbortSignal): Limit {
	const over = new AbortController();
	const late = new AbortController();
	const signal = AbortSignal.any([caller, over.signal]);
	const timers: NodeJS.Timeout[] = [];
	const end = () => {
		timers.push(setTimeout(() => late.abort(), END_MS));
	};
	signal.addEventListener("abort", end, { once: true });
	return {
		signal,
		late: late.signal,
		start(seconds) {
			if (seconds === 0) return;
			const expire = () => over.abort(timeoutError(host, seconds));
			timers.push(setTimeout(expire, seconds * 1000));
		},
		check: () => over.signal.throwIfAborted(),
		stop() {
			for (const timer of timers) clearTimeout(timer);
			signal.removeEventListener("abort", end);
		},
	};
}

function timeoutError(host: string, seconds: number): LlorchError {
	return new LlorchError(
		"LLORCH_REMOTE_TIMEOUT",
		`the command did not end on ${host} within ${seconds} s`,
		{
			host,
			hint: "It was ended there. remote.timeout says how long it may take.",
		},
	);
}
