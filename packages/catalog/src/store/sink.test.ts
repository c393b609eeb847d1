import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeContent, readAll } from "@llorch/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openSink } from "./sink.ts";

const never = new AbortController().signal;
let folder: string;
let path: string;
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), "a sink "));
	path = join(folder, "part");
});
afterEach(() => rm(folder, { recursive: true }));

const sha = (bytes: Uint8Array) =>
	createHash("sha256").update(bytes).digest("hex");

/** Chunks of many lengths. */
function* chunks(bytes: Uint8Array) {
	for (let at = 0, size = 1; at < bytes.length; at += size) {
		size = ((size * 7) % 1_500_001) + 1;
		yield bytes.subarray(at, at + size);
	}
}

describe("a sink", () => {
	// The second is over the size from which another thread hashes and writes.
	test.each([0, 10, 3_000_000, 40_000_000])(
		"of %i bytes writes and hashes them, from any place on",
		async (size) => {
			const content = makeContent({ size });
			const bytes = await readAll(content);
			const { sha256, gitBlob } = await content.digests();
			for (const keep of new Set([0, Math.floor(size / 3), size])) {
				await writeFile(path, bytes.subarray(0, keep));
				const read: number[] = [];
				const sink = await openSink({
					path,
					keep,
					size,
					git: true,
					signal: never,
					onRehash: (count) => read.push(count),
				});
				for (const chunk of chunks(bytes.subarray(keep)))
					await sink.write(chunk);
				expect(sink.position).toBe(size);
				expect(await sink.finish()).toEqual({ sha256, gitSha1: gitBlob });
				await sink.close();
				await sink.close();
				expect(sha(await readFile(path))).toBe(sha256);
				expect(read.at(-1)).toBe(keep === 0 ? undefined : keep);
			}
		},
	);

	test("cuts off what is beyond the bytes that are kept", async () => {
		await writeFile(path, "hello world");
		const sink = await openSink({
			path,
			keep: 5,
			size: 6,
			git: false,
			signal: never,
		});
		await sink.write(Buffer.from("!"));
		expect(await sink.finish()).toEqual({
			sha256: sha(Buffer.from("hello!")),
		});
		await sink.close();
		expect(await readFile(path, "utf8")).toBe("hello!");
	});

	test.each([1_000, 40_000_000])(
		"that is closed has written what it took (of %i bytes)",
		async (size) => {
			const sink = await openSink({
				path,
				keep: 0,
				size,
				git: false,
				signal: never,
			});
			await sink.write(new Uint8Array(900));
			await sink.close();
			expect((await stat(path)).size).toBe(900);
		},
	);

	test("keeps no more in memory than its buffers, however slow the disk", async () => {
		const size = 64_000_000;
		const sink = await openSink({
			path,
			keep: 0,
			size,
			git: false,
			signal: never,
		});
		// What is taken without waiting is what there is room for.
		const room = sink.write(new Uint8Array(size));
		expect(room).toBeInstanceOf(Promise);
		expect(sink.position).toBeLessThanOrEqual(8 * 512 * 1024);
		await room;
		expect(sink.position).toBe(size);
		await sink.close();
	});

	test("stops reading what it has when it is aborted", async () => {
		await writeFile(path, "hello");
		const stop = AbortSignal.abort(new Error("enough"));
		await expect(
			openSink({ path, keep: 5, size: 9, git: false, signal: stop }),
		).rejects.toThrow("enough");
	});

	// Every write to it fails for want of space (full(4)).
	const full = "/dev/full";
	test.skipIf(!existsSync(full)).each([1_000, 40_000_000])(
		`says what the system refuses (of %i bytes; needs ${full})`,
		async (size) => {
			await expect(async () => {
				const sink = await openSink({
					path: full,
					keep: 0,
					size,
					git: false,
					signal: never,
				});
				try {
					for (let at = 0; at < size; at += 1_000_000)
						await sink.write(new Uint8Array(Math.min(size, 1_000_000)));
					await sink.finish();
				} finally {
					await sink.close();
				}
			}).rejects.toMatchObject({ code: "ENOSPC" });
		},
	);
});
