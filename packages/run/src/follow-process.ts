import type { RunResult } from "@llorch/core";
import type { Guardian } from "./guardian.ts";
import { endGroup } from "./process-group.ts";
import type { StartedProcess } from "./start-program.ts";

// setTimeout() counts in a signed 32-bit number (24.8 days), and fires at once on more.
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

export type Life = {
	/** Resolves when the process has ended; others of its group may still run. */
	exited: Promise<RunResult>;
	/** Resolves when the process has ended and, if it was we who ended it or the group belongs to it, its whole group. */
	done: Promise<RunResult>;
	end(because: RunResult): void;
};

/** Follows a process that leads its own group from its start, in the same tick, to its end. */
export function followProcess(
	child: StartedProcess,
	options: {
		guardian: Guardian;
		killAfterMs: number;
		timeoutMs: number | undefined;
		signal: AbortSignal | undefined;
		/** Others of its group do not outlive it. */
		wholeGroup: boolean;
	},
): Life {
	const { timeoutMs, signal } = options;
	let ending: { because: RunResult; gone: Promise<void> } | undefined;
	let hasExited = false;

	const end = (because: RunResult) => {
		if (hasExited || ending !== undefined) return;
		ending = { because, gone: endGroup(child.pid, options.killAfterMs) };
	};
	const onAbort = () => end({ aborted: true });
	signal?.addEventListener("abort", onAbort, { once: true });
	// Aborted while the program was being started.
	if (signal?.aborted) onAbort();
	const timer =
		timeoutMs === undefined || timeoutMs > MAX_TIMEOUT_MS
			? undefined
			: setTimeout(() => end({ timedOut: true }), timeoutMs);

	const exited = new Promise<RunResult>((resolve) => {
		child.once("exit", (exitCode, exitSignal) => {
			hasExited = true;
			clearTimeout(timer);
			signal?.removeEventListener("abort", onAbort);
			resolve(
				exitSignal === null
					? { exitCode: exitCode ?? 0 }
					: { signal: exitSignal },
			);
		});
	});
	const done = exited.then(async (result) => {
		await (options.wholeGroup && ending === undefined
			? endGroup(child.pid, options.killAfterMs)
			: ending?.gone);
		options.guardian.release(child.pid);
		return ending?.because ?? result;
	});
	return { exited, done, end };
}
