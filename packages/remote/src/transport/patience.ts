/** Time that runs only while it is the host's turn. */
export function createPatience(seconds: number) {
	let timer: NodeJS.Timeout | undefined;
	let expire: (() => void) | undefined;
	let pauses = 0;
	const run = () => {
		if (expire !== undefined && pauses === 0)
			timer = setTimeout(expire, seconds * 1000);
	};
	return {
		start(onExpired: () => void) {
			expire = onExpired;
			run();
		},
		async pauseFor<T>(work: Promise<T>): Promise<T> {
			clearTimeout(timer);
			pauses++;
			try {
				return await work;
			} finally {
				pauses--;
				run();
			}
		},
		stop() {
			clearTimeout(timer);
			expire = undefined;
		},
	};
}
