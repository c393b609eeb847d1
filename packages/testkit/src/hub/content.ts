import { createCipheriv, createHash } from "node:crypto";
import { createReadStream, statSync } from "node:fs";
import type { Readable } from "node:stream";

/** The bytes of one file, wherever they come from. */
export type Content = {
	/** Bytes. */
	readonly size: number;
	/** Bytes `start` to `end`, the end not included. */
	read(start: number, end: number): AsyncIterable<Uint8Array>;
	/** Read through once, on the first call. */
	digests(): Promise<Digests>;
};

export type Digests = {
	/** 64 hex digits of the bytes. */
	sha256: string;
	/** 40 hex digits: the id git gives a blob with these bytes. */
	gitBlob: string;
};

/** What a test may give as a file: its text, its bytes, where it lies, or how much of it to make up. */
export type ContentInput =
	| string
	| Uint8Array
	| { bytes: Uint8Array | string }
	/** A file on disk, read when it is asked for. */
	| { path: string }
	/** `size` pseudo-random bytes; the same seed gives the same bytes. They are made while they are sent, so 1 GiB costs no memory. */
	| { size: number; seed?: number | string };

export function makeContent(input: ContentInput): Content {
	if (typeof input === "string") return bytesContent(Buffer.from(input));
	if (input instanceof Uint8Array) return bytesContent(input);
	if ("bytes" in input) return bytesContent(Buffer.from(input.bytes));
	if ("path" in input) return fileContent(input.path);
	return randomContent(input.size, String(input.seed ?? 0));
}

/** All bytes at once: for small files, and for what a test expects. */
export async function readAll(content: Content): Promise<Buffer> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of content.read(0, content.size)) chunks.push(chunk);
	return Buffer.concat(chunks);
}

function bytesContent(bytes: Uint8Array): Content {
	return withDigests(bytes.length, async function* (start, end) {
		if (end > start) yield bytes.subarray(start, end);
	});
}

function fileContent(path: string): Content {
	return withDigests(statSync(path).size, (start, end) =>
		end > start
			? (createReadStream(path, {
					start,
					end: end - 1,
					highWaterMark: BLOCK,
				}) as Readable & AsyncIterable<Uint8Array>)
			: (async function* () {})(),
	);
}

const BLOCK = 1024 * 1024;
const AES_BLOCK = 16;

/** The key stream of AES in counter mode: can begin anywhere, and is far faster than the disk. */
function randomContent(size: number, seed: string): Content {
	const key = createHash("sha256").update(seed).digest().subarray(0, 16);
	const zeros = new Uint8Array(BLOCK);
	return withDigests(size, async function* (start, end) {
		const skip = start % AES_BLOCK;
		const counter = Buffer.alloc(AES_BLOCK);
		counter.writeBigUInt64BE(BigInt((start - skip) / AES_BLOCK), 8);
		const cipher = createCipheriv("aes-128-ctr", key, counter);
		cipher.update(zeros.subarray(0, skip));
		for (let at = start; at < end; at += BLOCK)
			yield cipher.update(zeros.subarray(0, Math.min(BLOCK, end - at)));
	});
}

function withDigests(size: number, read: Content["read"]): Content {
	let digests: Promise<Digests> | undefined;
	return {
		size,
		read,
		digests: () => {
			digests ??= digest(size, read(0, size));
			return digests;
		},
	};
}

async function digest(
	size: number,
	chunks: AsyncIterable<Uint8Array>,
): Promise<Digests> {
	const sha256 = createHash("sha256");
	// gitformat-pack: an object's id is the SHA-1 of "blob SIZE\0" and the bytes.
	const gitBlob = createHash("sha1").update(`blob ${size}\0`);
	for await (const chunk of chunks) {
		sha256.update(chunk);
		gitBlob.update(chunk);
	}
	return { sha256: sha256.digest("hex"), gitBlob: gitBlob.digest("hex") };
}
