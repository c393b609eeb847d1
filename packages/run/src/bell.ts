/** Wakes one sleeper about changes that others make, without losing those made before it slept. */
export type Bell = {
	ring(): void;
	/** How often it has rung. */
	count(): number;
	/** Resolves when it has rung more often than `seen`. */
	after(seen: number): Promise<void>;
};

export function createBell(): Bell {
	let count = 0;
	let wake: (() => void) | undefined;
	return {
		ring() {
			count++;
			wake?.();
		},
		count: () => count,
		after: (seen) =>
			count > seen
				? Promise.resolve()
				: new Promise((resolve) => {
						wake = resolve;
					}),
	};
}
