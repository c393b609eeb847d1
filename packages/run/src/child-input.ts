import { Readable, type Writable } from "node:stream";

/**
 * Gives a process its input and closes it. The process may stop reading whenever it likes (`head -1`): that is no error,
 * and ends the source. `onSourceError`: the source itself failed, so what the process got is not the whole.
 */
export function feedInput(
	stdin: Writable,
	source: string | AsyncIterable<Uint8Array>,
	onSourceError: (error: unknown) => void,
): void {
	// EPIPE, ECONNRESET: the process has closed its end.
	stdin.on("error", () => {});
	if (typeof source === "string") {
		stdin.end(source);
		return;
	}
	const readable = Readable.from(source);
	readable.on("error", onSourceError);
	stdin.on("close", () => readable.destroy());
	readable.pipe(stdin);
}
