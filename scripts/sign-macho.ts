import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const LC_SEGMENT_64 = 0x19;
const LC_CODE_SIGNATURE = 0x1d;
const PAGE = 4096;
const AD_HOC = 0x2;
const MAIN_BINARY = 0x1;

/**
 * Signs a 64-bit Mach-O executable ad hoc, as `codesign --sign -` would on a Mac. Bun (1.4.5) signs for arm64 only: into what it makes for
 * x64 it copies its own signature, which does not fit, and a Mac kills what has a wrong one. (Structures: Apple's cs_blobs.h.)
 */
export function signMacho(path: string, identifier: string): void {
	const file = readFileSync(path);
	const commands = [...loadCommands(file)];
	const segment = (name: string) =>
		commands.find(
			({ type, at }) =>
				type === LC_SEGMENT_64 &&
				file.toString("latin1", at + 8, at + 24).replace(/\0+$/, "") === name,
		)?.at;
	const text = segment("__TEXT");
	const link = segment("__LINKEDIT");
	const old = commands.find(({ type }) => type === LC_CODE_SIGNATURE)?.at;
	if (text === undefined || link === undefined || old === undefined)
		throw new Error(`${path} is not an executable that can be signed`);
	const end = file.readUInt32LE(old + 8);
	const name = Buffer.from(`${identifier}\0`);
	const pages = Math.ceil(end / PAGE);
	const directory = Buffer.alloc(88 + name.length + pages * 32);
	const size = 20 + directory.length;
	// The signature is part of what is signed by its place and size only, so these are set before anything is hashed.
	file.writeUInt32LE(size, old + 12);
	const linkSize = BigInt(end + size) - file.readBigUInt64LE(link + 40);
	file.writeBigUInt64LE(linkSize, link + 48);
	file.writeBigUInt64LE(
		((linkSize + BigInt(PAGE - 1)) / BigInt(PAGE)) * BigInt(PAGE),
		link + 32,
	);
	const fields = [
		[0xfade0c02, directory.length, 0x20400, AD_HOC],
		[88 + name.length, 88, 0, pages, end],
		// 32-byte hashes, SHA-256, no platform, pages of 2^12 bytes.
		[0x2002000c],
	].flat();
	for (const [index, field] of fields.entries())
		directory.writeUInt32BE(field, index * 4);
	directory.writeBigUInt64BE(file.readBigUInt64LE(text + 40), 64);
	directory.writeBigUInt64BE(file.readBigUInt64LE(text + 48), 72);
	directory.writeBigUInt64BE(BigInt(MAIN_BINARY), 80);
	name.copy(directory, 88);
	for (let page = 0; page < pages; page++)
		createHash("sha256")
			.update(file.subarray(page * PAGE, Math.min((page + 1) * PAGE, end)))
			.digest()
			.copy(directory, 88 + name.length + page * 32);
	const head = Buffer.alloc(20);
	for (const [index, field] of [0xfade0cc0, size, 1, 0, 20].entries())
		head.writeUInt32BE(field, index * 4);
	writeFileSync(path, Buffer.concat([file.subarray(0, end), head, directory]));
}

function* loadCommands(file: Buffer): Generator<{ type: number; at: number }> {
	let at = 32;
	for (let left = file.readUInt32LE(16); left > 0; left--) {
		yield { type: file.readUInt32LE(at), at };
		at += file.readUInt32LE(at + 4);
	}
}
