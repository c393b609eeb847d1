import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

export type TarFile = {
	/** Its place in the archive. */
	name: string;
	mode: number;
	content: { path: string } | { bytes: Uint8Array };
};

/** All files of a folder, for the archive's folder `into`. */
export async function filesOf(
	folder: string,
	into: string,
): Promise<TarFile[]> {
	const entries = await readdir(folder, {
		recursive: true,
		withFileTypes: true,
	});
	return entries
		.filter((entry) => entry.isFile())
		.map((entry) => {
			const path = join(entry.parentPath, entry.name);
			return {
				name: join(into, path.slice(folder.length + 1)),
				mode: 0o644,
				content: { path },
			};
		})
		.toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

/** An archive that every `tar` reads. (POSIX.1-2024 pax, the ustar format.) The same files always give the same bytes. */
export async function* tarOf(
	files: readonly TarFile[],
): AsyncGenerator<Uint8Array> {
	for (const { name, mode, content } of files) {
		const size =
			"bytes" in content
				? content.bytes.length
				: (await stat(content.path)).size;
		yield header(name, mode, size);
		if ("bytes" in content) yield content.bytes;
		else
			for await (const bytes of createReadStream(content.path, {
				highWaterMark: 1 << 18,
			}))
				yield bytes;
		yield new Uint8Array((512 - (size % 512)) % 512);
	}
	yield new Uint8Array(1024);
}

function header(name: string, mode: number, size: number): Uint8Array {
	const bytes = Buffer.alloc(512);
	if (Buffer.byteLength(name) > 100)
		throw new Error(`${name} is too long a name for the archive`);
	const octal = (value: number, at: number, length: number) =>
		bytes.write(value.toString(8).padStart(length - 1, "0"), at);
	bytes.write(name, 0);
	octal(mode, 100, 8);
	octal(0, 108, 8);
	octal(0, 116, 8);
	octal(size, 124, 12);
	octal(0, 136, 12);
	bytes.write("        ", 148);
	bytes.write("0", 156);
	bytes.write("ustar\x0000", 257);
	const sum = bytes.reduce((total, byte) => total + byte, 0);
	bytes.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
	return bytes;
}
