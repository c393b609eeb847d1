import { formatRunResult } from "@llorch/core";
import type { GitDoor } from "../run-git.ts";

/** Takes one object's content, piece by piece. */
export type ObjectSink = {
	begin(size: number): Promise<void>;
	write(piece: Uint8Array): Promise<void>;
	end(): Promise<void>;
	/** Instead of `end`, when the content breaks off: also when nothing has begun. */
	abandon(): Promise<void>;
};

/**
 * Reads blobs in one process, each into its own sink, in order. Memory does not depend on their size. Throws a plain `Error`
 * for an object that is missing: what names it is damaged.
 */
export async function readObjects(
	{ runner, signal }: GitDoor,
	root: string,
	objects: readonly { oid: string; sink: ObjectSink }[],
): Promise<void> {
	if (objects.length === 0) return;
	const running = await runner.start(
		{ file: "git", args: ["cat-file", "--batch"], cwd: root },
		{
			signal,
			stdin: (async function* () {
				yield Buffer.from(objects.map(({ oid }) => `${oid}\n`).join(""));
			})(),
		},
	);
	const reader = createBatchReader(objects);
	let complaint = "";
	try {
		for await (const { stream, bytes } of running.output)
			if (stream === "err") complaint += Buffer.from(bytes).toString();
			else await reader.take(Buffer.from(bytes));
	} finally {
		await reader.abandon();
	}
	const result = await running.done;
	signal.throwIfAborted();
	if (!reader.complete())
		throw new Error(
			`git cat-file ended early in ${root} (${formatRunResult(result)}): ${complaint.trim()}`,
		);
}

/** `OID SP blob SP SIZE LF`, the content, `LF` (git-cat-file(1), "Batch output"). */
function createBatchReader(
	objects: readonly { oid: string; sink: ObjectSink }[],
) {
	let at = 0;
	let head = "";
	/** Bytes of the content still to come, then the newline; undefined: in a header. */
	let left: number | undefined;

	const startObject = async (line: string) => {
		const [oid, type, size] = line.split(" ");
		const object = objects[at];
		if (object === undefined || oid !== object.oid || type !== "blob")
			throw new Error(`git cat-file answered ${JSON.stringify(line)}`);
		left = Number(size);
		await object.sink.begin(left);
	};
	return {
		async take(bytes: Buffer): Promise<void> {
			let from = 0;
			while (from < bytes.length) {
				if (left === undefined) {
					const newline = bytes.indexOf(10, from);
					const end = newline < 0 ? bytes.length : newline;
					head += bytes.toString("latin1", from, end);
					from = end + 1;
					if (newline < 0) return;
					await startObject(head);
					head = "";
				} else if (left > 0) {
					const piece = bytes.subarray(from, from + left);
					await objects[at]?.sink.write(piece);
					left -= piece.length;
					from += piece.length;
				} else {
					await objects[at]?.sink.end();
					at++;
					left = undefined;
					from++;
				}
			}
		},
		/** What is not whole by now will not be. */
		abandon: async () => objects[at]?.sink.abandon(),
		complete: () => at === objects.length,
	};
}
