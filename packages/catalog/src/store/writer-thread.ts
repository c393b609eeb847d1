import * as crypto from "node:crypto";
import * as fs from "node:fs";
import { Worker } from "node:worker_threads";
import {
	type HashingWriter,
	type HashingWriterOptions,
	makeHashingWriter,
} from "./hashing-writer.ts";
import type { Digests } from "./ledger.ts";

/** A `HashingWriter` that need not block. Calls are worked off in order; once one has failed, so do the rest. */
export type WriterThread = {
	rehash(step: number): Promise<number>;
	/** `bytes` must not change until this resolves. */
	put(bytes: Uint8Array): Promise<void>;
	finish(): Promise<Digests>;
	/** Lets the thread end, when nothing uses the file descriptor any more. */
	close(): Promise<void>;
};

/** In this thread: for files so small that starting another takes longer. */
export function writeHere(options: HashingWriterOptions): WriterThread {
	const writer = makeHashingWriter({ ...crypto, ...fs }, options);
	return {
		rehash: async (step) => writer.rehash(step),
		put: async (bytes) => writer.put(bytes),
		finish: () => writer.finish(),
		close: () => writer.settle(),
	};
}

type Call = {
	[K in keyof HashingWriter]: [K, ...Parameters<HashingWriter[K]>];
}[keyof HashingWriter];
type Answer = { value?: unknown; error?: { message: string; code?: string } };

const SOURCE = `
const { parentPort, workerData } = require("node:worker_threads");
const writer = (${makeHashingWriter})({ ...require("node:crypto"), ...require("node:fs") }, workerData);
let failure;
let last = Promise.resolve();
parentPort.on("message", ([name, ...args]) => {
	last = last.then(async () => {
		try {
			if (failure && name !== "settle") throw failure;
			parentPort.postMessage({ value: await writer[name](...args) });
		} catch (error) {
			failure = error;
			parentPort.postMessage({ error: { message: error.message, code: error.code } });
		}
		if (name === "settle") parentPort.close();
	});
});
`;

/**
 * In a thread of its own, so that hashing and writing go on while this one receives. `put` wants bytes in shared memory:
 * others would be copied.
 */
export function writeInThread(options: HashingWriterOptions): WriterThread {
	const worker = new Worker(SOURCE, { eval: true, workerData: options });
	const waiting: {
		resolve: (value: never) => void;
		reject: (error: Error) => void;
	}[] = [];
	let failed: Error | undefined;
	const fail = (error: Error) => {
		failed = error;
		for (const { reject } of waiting.splice(0)) reject(error);
	};
	worker.on("message", ({ value, error }: Answer) => {
		const call = waiting.shift();
		if (error === undefined) call?.resolve(value as never);
		else
			call?.reject(
				Object.assign(new Error(error.message), { code: error.code }),
			);
	});
	worker.on("error", fail);
	worker.on("exit", () => fail(new Error("the writing thread has ended")));
	const call = <V>(...message: Call) =>
		new Promise<V>((resolve, reject) => {
			if (failed !== undefined) return reject(failed);
			waiting.push({ resolve, reject });
			worker.postMessage(message);
		});
	return {
		rehash: (step) => call<number>("rehash", step),
		put: (bytes) => call<void>("put", bytes),
		finish: () => call<Digests>("finish"),
		async close() {
			await call<void>("settle").catch(() => {});
		},
	};
}
