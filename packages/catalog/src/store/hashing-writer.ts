import type * as crypto from "node:crypto";
import type * as fs from "node:fs";
import type { Digests } from "./ledger.ts";

/** Hashes bytes and puts them at the end of a file. All calls block; positions and lengths in bytes. */
export type HashingWriter = {
	/** Takes what the file has already into the hash, `step` bytes at most; returns how far it got. */
	rehash(step: number): number;
	put(bytes: Uint8Array): void;
	/** Makes the file durable, and returns the digests of all of it. */
	finish(): Promise<Digests>;
	/** Resolves when nothing uses the file descriptor any more. */
	settle(): Promise<void>;
};

export type HashingWriterOptions = {
	/** Open for reading and writing. */
	descriptor: number;
	/** Bytes that the file has already, and that count. */
	length: number;
	/** Of the whole file, to work out git's blob id too: git hashes it first. */
	gitSize: number | undefined;
};

/**
 * Runs in a worker thread, too, which gets it as source text: so it must not refer to anything outside of itself. (A worker's
 * own file would need a place in the npm bundle and another in the binary.)
 */
export function makeHashingWriter(
	{
		createHash,
		readSync,
		writeSync,
		fdatasync,
		fsyncSync,
	}: Pick<typeof crypto, "createHash"> &
		Pick<typeof fs, "readSync" | "writeSync" | "fdatasync" | "fsyncSync">,
	{ descriptor, length, gitSize }: HashingWriterOptions,
): HashingWriter {
	// Linux gives larger writes huge pages of memory that nobody has touched yet: 1 MiB writes took three times as long.
	const writeBytes = 256 * 1024;
	// What a power cut may cost; and the last fsync has little left to do.
	const syncBytes = 64 * 1024 * 1024;
	const sha256 = createHash("sha256");
	const sha1 = gitSize === undefined ? undefined : createHash("sha1");
	sha1?.update(`blob ${gitSize}\0`);
	let hashed = 0;
	let written = length;
	let unsynced = 0;
	let syncing: Promise<void> = Promise.resolve();
	let syncRuns = false;
	const hash = (bytes: Uint8Array) => {
		sha256.update(bytes);
		sha1?.update(bytes);
		hashed += bytes.length;
	};
	return {
		rehash(step) {
			const buffer = new Uint8Array(1024 * 1024);
			const until = Math.min(length, hashed + step);
			while (hashed < until) {
				const wanted = Math.min(buffer.length, until - hashed);
				const got = readSync(descriptor, buffer, 0, wanted, hashed);
				if (got === 0) throw new Error("the partial file has become shorter");
				hash(buffer.subarray(0, got));
			}
			return hashed;
		},
		put(bytes) {
			hash(bytes);
			for (let at = 0; at < bytes.length; ) {
				const count = Math.min(writeBytes, bytes.length - at);
				const done = writeSync(descriptor, bytes, at, count, written);
				at += done;
				written += done;
			}
			unsynced += bytes.length;
			if (unsynced < syncBytes || syncRuns) return;
			unsynced = 0;
			syncRuns = true;
			syncing = new Promise((resolve) => {
				// A failure here comes again at the end, from fsync.
				fdatasync(descriptor, () => {
					syncRuns = false;
					resolve();
				});
			});
		},
		async finish() {
			await syncing;
			fsyncSync(descriptor);
			const digest = sha256.digest("hex");
			return sha1 === undefined
				? { sha256: digest }
				: { sha256: digest, gitSha1: sha1.digest("hex") };
		},
		settle: () => syncing,
	};
}
