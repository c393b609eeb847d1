import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const EVERY_BYTES = 32 * 1024 * 1024;

/**
 * Counts bytes that went through ssh2, and has what is left of them collected on the way. Neither collector sees in time how much memory
 * stands behind small buffer objects: it grew to 160 MiB (Bun 1.4.5) and 175 MiB (Node 24) for 1 GiB.
 */
export function createGarbageCounter(): (bytes: number) => void {
	let count = 0;
	let collect: (() => void) | undefined;
	return (bytes) => {
		count += bytes;
		if (count < EVERY_BYTES) return;
		count = 0;
		collect ??= findCollector();
		collect();
	};
}

function findCollector(): () => void {
	const { Bun: bun } = globalThis as { Bun?: { gc(now: boolean): void } };
	if (bun !== undefined) return () => bun.gc(true);
	// Node gives its collector away to new contexts only, once it is asked to.
	setFlagsFromString("--expose-gc");
	return runInNewContext("gc");
}
