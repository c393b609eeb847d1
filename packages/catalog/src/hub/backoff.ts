const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;
// A server that wants more than this is not worth waiting for in front of a terminal: we ask again, and then give up.
const LONGEST_ASKED_MS = 120_000;

/**
 * Milliseconds to wait before try number `failures + 1`: doubling from 1 s to 30 s, of which a random half is left out, so that
 * many clients do not come back together. What the server asks for (`Retry-After`) goes before, up to 2 minutes.
 *
 * @param failures how many tries have failed in a row, from 1
 */
export function backoff(
	failures: number,
	retryAfterMs: number | undefined,
	random: () => number = Math.random,
): number {
	if (retryAfterMs !== undefined)
		return Math.min(retryAfterMs, LONGEST_ASKED_MS);
	const full = Math.min(FIRST_MS * 2 ** (failures - 1), LONGEST_MS);
	return full * (0.5 + random() / 2);
}

/** `Retry-After` in milliseconds from `now`: seconds, or an HTTP date (RFC 9110 §10.2.3). What is neither counts as absent. */
export function parseRetryAfter(
	header: string | undefined,
	now: number,
): number | undefined {
	if (header === undefined) return undefined;
	if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
	const date = Date.parse(header);
	return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
