import type { Clock } from "@llorch/core";
import { backoff } from "./backoff.ts";
import { TransientError } from "./transient.ts";

/**
 * Tries until it works, `attempts` times at most, with a pause between. Only what may be gone the next time is tried
 * again, and not what failed to connect at all. Throws the last failure, or the signal's reason.
 */
export async function withRetries<V>(
	attempt: () => Promise<V>,
	options: {
		attempts: number;
		clock: Clock;
		signal: AbortSignal;
		/** Told before each pause. */
		onRetry?: ((failure: TransientError, waitMs: number) => void) | undefined;
	},
): Promise<V> {
	const { attempts, clock, signal, onRetry } = options;
	for (let failures = 1; ; failures++) {
		try {
			return await attempt();
		} catch (error) {
			const again =
				error instanceof TransientError &&
				!error.connecting &&
				failures < attempts;
			if (!again) throw error;
			const waitMs = backoff(failures, error.retryAfterMs);
			onRetry?.(error, waitMs);
			await clock.sleep(waitMs, signal);
		}
	}
}
