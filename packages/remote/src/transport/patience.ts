/**
 * Time that runs only while it is the host's turn, and while we could have heard it: what arrived while this process was stopped
 * or busy (a key whose passphrase takes seconds to try) was not late.
 */
export function createPatience(seconds: number) {
	const tickMs = Math.min(250, seconds * 250);
	let timer: NodeJS.Timeout | undefined;
	let expire: (() => void) | undefined;
	let pauses = 0;
	const run = () => {
		if (expire === undefined || pauses > 0) return;
		let left = Math.ceil((seconds * 1000) / tickMs);
		// A tick that comes late counts as one all the same.
		timer = setInterval(() => {
			left--;
			if (left > 0) return;
			clearInterval(timer);
			expire?.();
		}, tickMs);
	};
	return {
		start(onExpired: () => void) {
			expire = onExpired;
			run();
		},
		/** It is our turn, or that of whoever is asked, until this work is done. */
		async pauseFor<T>(work: Promise<T>): Promise<T> {
			clearInterval(timer);
			pauses++;
			try {
				return await work;
			} finally {
				pauses--;
				run();
			}
		},
		stop() {
			clearInterval(timer);
			expire = undefined;
		},
	};
}
