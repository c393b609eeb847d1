import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { signMacho } from "../scripts/sign-macho.ts";

/** The smallest file with what a signature needs: two segments, and the place of an old signature at 10,000. */
function makeMacho(): Buffer {
	const file = Buffer.alloc(10_100, "x");
	file.fill(0, 0, 400);
	file.writeUInt32LE(3, 16);
	const segment = (at: number, name: string, offset: number, size: number) => {
		file.writeUInt32LE(0x19, at);
		file.writeUInt32LE(72, at + 4);
		file.write(name, at + 8);
		file.writeBigUInt64LE(BigInt(offset), at + 40);
		file.writeBigUInt64LE(BigInt(size), at + 48);
	};
	segment(32, "__TEXT", 0, 8192);
	segment(104, "__LINKEDIT", 8192, 1908);
	file.writeUInt32LE(0x1d, 176);
	file.writeUInt32LE(16, 180);
	file.writeUInt32LE(10_000, 184);
	file.writeUInt32LE(100, 188);
	return file;
}

test("every page of the file has its digest in the signature, and the file says where that stands", () => {
	const folder = mkdtempSync(join(tmpdir(), "macho-"));
	onTestFinished(() => rmSync(folder, { recursive: true }));
	const path = join(folder, "llorch");
	writeFileSync(path, makeMacho());
	signMacho(path, "llorch");
	const signed = readFileSync(path);
	const size = signed.readUInt32LE(188);
	expect(signed.length).toBe(10_000 + size);
	expect(signed.readBigUInt64LE(104 + 48)).toBe(BigInt(1808 + size));
	const directory = signed.subarray(10_020);
	expect(directory.readUInt32BE(4)).toBe(directory.length);
	const hashes = directory.subarray(directory.readUInt32BE(16));
	expect(hashes.length).toBe(3 * 32);
	for (const [page, end] of [4096, 8192, 10_000].entries())
		expect(hashes.subarray(page * 32, page * 32 + 32)).toEqual(
			createHash("sha256")
				.update(signed.subarray(page * 4096, end))
				.digest(),
		);
});

test("what is no such executable is refused", () => {
	const folder = mkdtempSync(join(tmpdir(), "macho-"));
	onTestFinished(() => rmSync(folder, { recursive: true }));
	const path = join(folder, "text");
	writeFileSync(path, Buffer.alloc(64));
	expect(() => signMacho(path, "llorch")).toThrow(
		"is not an executable that can be signed",
	);
});
