/** A pipe in memory that holds one piece: a write resolves when the reader has taken it. */
export type Pipe = {
	write(bytes: Uint8Array): Promise<void>;
	end(): void;
	read(): AsyncIterable<Uint8Array>;
};

export function createPipe(): Pipe {
	const held: { bytes: Uint8Array; taken(): void }[] = [];
	let ended = false;
	let wake = Promise.withResolvers<void>();
	const end = () => {
		ended = true;
		wake.resolve();
		for (const { taken } of held) taken();
	};
	return {
		write(bytes) {
			if (ended) return Promise.resolve();
			const { promise, resolve } = Promise.withResolvers<void>();
			held.push({ bytes, taken: resolve });
			wake.resolve();
			return promise;
		},
		end,
		async *read() {
			let next = held.shift();
			try {
				for (;;) {
					if (next !== undefined) {
						yield next.bytes;
						next.taken();
					} else if (ended) return;
					else {
						wake = Promise.withResolvers();
						await wake.promise;
					}
					next = held.shift();
				}
			} finally {
				// A reader that leaves takes nothing more: no writer may wait for it.
				next?.taken();
				end();
			}
		},
	};
}
