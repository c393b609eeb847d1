import type { FileHandle } from "node:fs/promises";

/** Appends to a file so that what is acknowledged survives a power cut. */
export type Appender = {
	/** Resolves when the text is on the disk. Texts that arrive while another one is being written share one sync. */
	append(text: string): Promise<void>;
	/** Resolves when everything was written (or failed). */
	idle(): Promise<void>;
};

/**
 * Appends from byte `position` on. After a failed write or sync nobody knows what the disk holds, so the file is cut back to what
 * was acknowledged, and every further append fails with the same error.
 */
export function createAppender(file: FileHandle, position: number): Appender {
	let queue: {
		text: string;
		resolve: () => void;
		reject: (error: unknown) => void;
	}[] = [];
	let writing: Promise<void> | undefined;
	let failure: { error: unknown } | undefined;

	async function writeQueue(): Promise<void> {
		while (queue.length > 0) {
			const batch = queue;
			queue = [];
			try {
				if (failure !== undefined) throw failure.error;
				const bytes = Buffer.from(batch.map(({ text }) => text).join(""));
				await writeAt(file, bytes, position);
				await file.datasync();
				position += bytes.length;
				for (const { resolve } of batch) resolve();
			} catch (error) {
				if (failure === undefined)
					await file.truncate(position).catch(() => {});
				failure ??= { error };
				for (const { reject } of batch) reject(error);
			}
		}
		writing = undefined;
	}

	return {
		append: (text) =>
			new Promise((resolve, reject) => {
				queue.push({ text, resolve, reject });
				writing ??= Promise.resolve().then(writeQueue);
			}),
		idle: async () => {
			await writing;
		},
	};
}

async function writeAt(
	file: FileHandle,
	bytes: Uint8Array,
	position: number,
): Promise<void> {
	let written = 0;
	while (written < bytes.length) {
		const { bytesWritten } = await file.write(
			bytes,
			written,
			bytes.length - written,
			position + written,
		);
		written += bytesWritten;
	}
}
