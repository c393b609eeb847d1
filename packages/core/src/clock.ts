/** Time as a parameter: tests give their own. */
export type Clock = {
	/** Milliseconds since 1970 (UTC). */
	now(): number;
	/** Resolves after `ms` milliseconds, or rejects with the signal's reason. */
	sleep(ms: number, signal?: AbortSignal): Promise<void>;
};
