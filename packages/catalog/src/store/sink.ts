import { open } from "node:fs/promises";
import type { Digests } from "./ledger.ts";
import {
	type WriterThread,
	writeHere,
	writeInThread,
} from "./writer-thread.ts";

/** The end of a file that bytes are added to, hashed on the way. Memory is bounded, whatever comes how fast. */
export type Sink = {
	/** Bytes of the file so far, those taken but not yet written included. */
	readonly position: number;
	/** Copies the chunk; resolves when more can be taken. */
	write(chunk: Uint8Array): Promise<void> | void;
	/** Writes what was taken, makes it durable, and returns the digests of the whole file. */
	finish(): Promise<Digests>;
	/** Writes what was taken (as far as that works) and closes the file. Further calls do nothing. */
	close(): Promise<void>;
};

// Eight buffers: fewer, and the receiving and the writing thread wait for each other; larger, and they do not fit the CPU's cache.
const BUFFER_BYTES = 512 * 1024;
const BUFFERS = 8;
const THREAD_FROM_BYTES = 32 * 1024 * 1024;
const REHASH_STEP = 32 * 1024 * 1024;

export type SinkOptions = {
	path: string;
	/** Bytes of the file that stay; what is beyond them is cut off. 0 makes it new. */
	keep: number;
	/** Bytes that the file will have. */
	size: number;
	/** Work out git's blob id too. */
	git: boolean;
	signal: AbortSignal;
	/** How much of what was kept has been read again, for the hash. */
	onRehash?: (bytes: number) => void;
};

/** Opens a partial file and reads what it has again. System errors pass as they are. */
export async function openSink(options: SinkOptions): Promise<Sink> {
	const { path, keep, size, git, signal, onRehash } = options;
	const file = await open(path, keep === 0 ? "w+" : "r+", 0o644);
	let writer: WriterThread | undefined;
	const close = async () => {
		await writer?.close();
		await file.close();
	};
	try {
		if (keep > 0) await file.truncate(keep);
		const start = size >= THREAD_FROM_BYTES ? writeInThread : writeHere;
		writer = start({
			descriptor: file.fd,
			length: keep,
			gitSize: git ? size : undefined,
		});
		for (let done = 0; done < keep; ) {
			signal.throwIfAborted();
			done = await writer.rehash(REHASH_STEP);
			onRehash?.(done);
		}
	} catch (error) {
		await close();
		throw error;
	}
	return feed(writer, keep, Math.min(BUFFER_BYTES, size), close);
}

function feed(
	writer: WriterThread,
	start: number,
	bufferBytes: number,
	closeFile: () => Promise<void>,
): Sink {
	const free: Uint8Array[] = [];
	let made = 0;
	let position = start;
	let current: Uint8Array | undefined;
	let filled = 0;
	let failure: unknown;
	let freed: (() => void) | undefined;
	let closed: Promise<void> | undefined;
	const wake = () => {
		freed?.();
		freed = undefined;
	};
	const take = () => {
		if (free.length > 0) return free.pop();
		if (made === BUFFERS) return undefined;
		made++;
		return new Uint8Array(new SharedArrayBuffer(bufferBytes));
	};
	const flush = () => {
		const buffer = current;
		if (buffer === undefined || filled === 0) return;
		current = undefined;
		writer.put(buffer.subarray(0, filled)).then(
			() => {
				free.push(buffer);
				wake();
			},
			(error: unknown) => {
				failure ??= error;
				wake();
			},
		);
		filled = 0;
	};
	/** Copies as much as there is room for; returns how much. */
	const fill = (chunk: Uint8Array): number => {
		let at = 0;
		while (at < chunk.length) {
			current ??= take();
			if (current === undefined) break;
			const count = Math.min(current.length - filled, chunk.length - at);
			const part =
				count === chunk.length ? chunk : chunk.subarray(at, at + count);
			current.set(part, filled);
			at += count;
			filled += count;
			if (filled === current.length) flush();
		}
		position += at;
		return at;
	};
	const fillRest = async (rest: Uint8Array) => {
		let left = rest;
		while (left.length > 0) {
			await new Promise<void>((resolve) => {
				freed = resolve;
			});
			if (failure !== undefined) throw failure;
			left = left.subarray(fill(left));
		}
	};
	return {
		get position() {
			return position;
		},
		write(chunk) {
			if (failure !== undefined) throw failure;
			const done = fill(chunk);
			return done === chunk.length ? undefined : fillRest(chunk.subarray(done));
		},
		async finish() {
			flush();
			const digests = await writer.finish().catch((error: unknown) => {
				// The first one is the one that tells why.
				failure ??= error;
			});
			if (digests === undefined || failure !== undefined) throw failure;
			return digests;
		},
		close() {
			closed ??= (async () => {
				flush();
				await closeFile();
			})();
			return closed;
		},
	};
}
