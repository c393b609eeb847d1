/**
 * A path as git and the disk have it: one character per byte, relative to a repository, with `/`. Paths need not be UTF-8, and
 * bytes in a string compare, sort and go into a `Map` or JSON without loss.
 */
export type RawPath = string & { readonly raw: unique symbol };

/** A path in messages and in JSON. `bytes` (base64) is there when the path is not UTF-8; `path` then stands for it with `\xff` escapes. */
export type ShownPath = { path: string; bytes?: string };

export function rawPath(bytes: Uint8Array): RawPath {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(
		"latin1",
	) as RawPath;
}

export function rawFromText(path: string): RawPath {
	return Buffer.from(path).toString("latin1") as RawPath;
}

export function rawBytes(path: RawPath): Buffer {
	return Buffer.from(path, "latin1");
}

/** The path on disk, for `node:fs`: a Buffer, because a string could not name every file. */
export function onDisk(root: string, path: RawPath): Buffer {
	return Buffer.concat([Buffer.from(`${root}/`), rawBytes(path)]);
}

/** The text of a path, or undefined when it is not UTF-8. */
export function textOf(path: RawPath): string | undefined {
	try {
		return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
			rawBytes(path),
		);
	} catch {
		return undefined;
	}
}

export function showRawPath(path: RawPath): string {
	return (
		textOf(path) ??
		// Only what is not ASCII is escaped: one cannot tell which of the bytes are whole letters.
		path.replace(
			/[\u0080-\u00ff]/g,
			(byte) => `\\x${byte.charCodeAt(0).toString(16)}`,
		)
	);
}

export function shownPath(path: RawPath): ShownPath {
	return textOf(path) === undefined
		? { path: showRawPath(path), bytes: rawBytes(path).toString("base64") }
		: { path: showRawPath(path) };
}

/** One path a line, for `git hash-object --stdin-paths`: quoted as git quotes (quote.c) where a line could not hold it as it is. */
export function quoteLine(path: RawPath): string {
	// git strips a carriage return before the newline, so that one needs quotes too.
	// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is quoted -- quote.c
	if (!/["\\\u0000-\u001f\u007f]/.test(path)) return path;
	const quoted = path.replace(
		// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is quoted -- quote.c
		/["\\\u0000-\u001f\u007f]/g,
		(byte) =>
			byte === '"' || byte === "\\"
				? `\\${byte}`
				: `\\${byte.charCodeAt(0).toString(8).padStart(3, "0")}`,
	);
	return `"${quoted}"`;
}

/** Every folder above a path, the outermost first: `a` and `a/b` of `a/b/c`. */
export function foldersAbove(path: RawPath): RawPath[] {
	const folders: RawPath[] = [];
	for (let at = path.indexOf("/"); at > 0; at = path.indexOf("/", at + 1))
		folders.push(path.slice(0, at) as RawPath);
	return folders;
}

/** The parts of NUL-separated output. */
export function splitNul(bytes: Uint8Array): RawPath[] {
	const parts = rawPath(bytes).split("\0");
	if (parts.at(-1) === "") parts.pop();
	return parts as RawPath[];
}
