import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { makeWorld } from "../world.ts";
import { type Content, makeContent, readAll } from "./content.ts";

async function part(content: Content, start: number, end: number) {
	const chunks: Uint8Array[] = [];
	for await (const chunk of content.read(start, end)) chunks.push(chunk);
	return Buffer.concat(chunks);
}

describe("content", () => {
	test("has the digests that sha256sum and git give", async () => {
		const content = makeContent("hello\n");
		expect(await content.digests()).toEqual({
			sha256: createHash("sha256").update("hello\n").digest("hex"),
			gitBlob: execFileSync("git", ["hash-object", "--stdin"], {
				input: "hello\n",
			})
				.toString()
				.trim(),
		});
	});

	test.each([0, 1, 15, 16, 17, 1024 * 1024 - 1, 1024 * 1024 + 5])(
		"that is made up reads the same from offset %i",
		async (start) => {
			const content = makeContent({ size: 2_500_000, seed: "s" });
			const whole = await readAll(content);
			expect(whole.length).toBe(2_500_000);
			expect(
				(await part(content, start, 2_400_000)).equals(
					whole.subarray(start, 2_400_000),
				),
			).toBe(true);
		},
	);

	test("that is made up depends on its seed alone", async () => {
		const first = await readAll(makeContent({ size: 1000, seed: 1 }));
		expect(await readAll(makeContent({ size: 1000, seed: 1 }))).toEqual(first);
		expect(await readAll(makeContent({ size: 1000, seed: 2 }))).not.toEqual(
			first,
		);
	});

	test("comes from a file on disk, also in part, also when it is empty", async () => {
		await using world = await makeWorld({ files: { "a b.txt": "0123456789" } });
		const content = makeContent({ path: world.path("a b.txt") });
		expect(content.size).toBe(10);
		expect((await part(content, 3, 6)).toString()).toBe("345");
		await writeFile(world.path("empty"), "");
		const empty = makeContent({ path: world.path("empty") });
		expect((await readAll(empty)).length).toBe(0);
	});

	test("comes from bytes", async () => {
		const bytes = new Uint8Array([1, 2, 3]);
		expect([...(await readAll(makeContent(bytes)))]).toEqual([1, 2, 3]);
		expect([...(await readAll(makeContent({ bytes })))]).toEqual([1, 2, 3]);
	});
});
