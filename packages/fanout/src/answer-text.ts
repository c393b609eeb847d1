import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, open, rm } from "node:fs/promises";
import { join } from "node:path";
import type { TextFile } from "./answer.ts";

// All rows of a run are in memory at its end, and a page of text is 3 kB.
const INLINE_BYTES = 64 * 1024;

/** Takes an answer in, bit by bit, in bounded memory. */
export type AnswerText = AsyncDisposable & {
	push(bytes: Uint8Array): Promise<void>;
	/** What was taken in, whole. Called once, also for an answer that broke off; not for one that could not be kept. */
	end(): Promise<{ text: string | null; text_file?: TextFile }>;
	/** What was taken in, byte for byte, in pieces. Called after its end. */
	read(): AsyncIterable<Uint8Array>;
};

/**
 * @param folder the run's folder
 * @param path where a large answer goes, relative to it; what an earlier attempt left there is removed
 */
export async function takeAnswerText(
	folder: string,
	path: string,
): Promise<AnswerText> {
	await rm(join(folder, path), { force: true });
	let held: Uint8Array[] = [];
	let bytes = 0;
	let file: FileHandle | undefined;
	const hash = createHash("sha256");
	return {
		// What counts has been synced by then, or has failed with an error that must not be hidden.
		[Symbol.asyncDispose]: async () => file?.close().catch(() => {}),
		async push(chunk) {
			bytes += chunk.length;
			hash.update(chunk);
			held.push(chunk);
			if (bytes <= INLINE_BYTES) return;
			file ??= await open(join(folder, path), "w");
			for (const part of held) await file.writeFile(part);
			held = [];
		},
		async *read() {
			if (file === undefined) yield* held;
			else yield* createReadStream(join(folder, path));
		},
		async end() {
			if (file === undefined) return { text: decode(Buffer.concat(held)) };
			await file.sync();
			return {
				text: null,
				text_file: { path, bytes, sha256: hash.digest("hex") },
			};
		},
	};
}

function decode(bytes: Uint8Array): string {
	const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
	// llm ends every answer with one newline of its own.
	return text.endsWith("\n") ? text.slice(0, -1) : text;
}
