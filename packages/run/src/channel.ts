/** Hands values from many writers to one reader, one at a time: `put` resolves when its value was taken. */
export type Channel<T> = {
	put(value: T): Promise<void>;
	/** The oldest value not taken yet, or `undefined` once closed and empty. */
	take(): Promise<T | undefined>;
	/** Lets go of all writers, now and later: what they put is dropped. */
	close(): void;
};

export function createChannel<T>(): Channel<T> {
	const waiting: { value: T; taken: () => void }[] = [];
	let closed = false;
	let wake: (() => void) | undefined;
	return {
		put: (value) =>
			closed
				? Promise.resolve()
				: new Promise((taken) => {
						waiting.push({ value, taken });
						wake?.();
					}),
		async take() {
			if (waiting.length === 0 && !closed) {
				await new Promise<void>((resolve) => {
					wake = resolve;
				});
			}
			const first = waiting.shift();
			first?.taken();
			return first?.value;
		},
		close() {
			closed = true;
			for (const { taken } of waiting.splice(0)) taken();
			wake?.();
		},
	};
}
