/** A growing list that one can wait on without sleeping. Whoever changes an item says so with `changed()`. */
export class Watched<T> {
	readonly items: T[] = [];
	private readonly waiting = new Set<() => void>();

	add(item: T): T {
		this.items.push(item);
		this.changed();
		return item;
	}

	changed(): void {
		for (const look of [...this.waiting]) look();
	}

	/** The first item that satisfies `test`, now or later; looked at again at every change. Rejects with the signal's reason. */
	waitFor(test: (item: T) => boolean, signal?: AbortSignal): Promise<T> {
		return new Promise((resolve, reject) => {
			const look = () => {
				const found = this.items.find(test);
				if (found === undefined) return;
				stop();
				resolve(found);
			};
			const abort = () => {
				stop();
				reject(signal?.reason);
			};
			const stop = () => {
				this.waiting.delete(look);
				signal?.removeEventListener("abort", abort);
			};
			if (signal?.aborted) return abort();
			signal?.addEventListener("abort", abort);
			this.waiting.add(look);
			look();
		});
	}
}
