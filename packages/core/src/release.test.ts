import { expect, test } from "vitest";
import { releaseBytes } from "./release.ts";

test("memory of one's own is given back; what is small or shared is left alone", () => {
	const own = new Uint8Array(32_768);
	releaseBytes(own);
	expect(own.buffer.byteLength).toBe(0);
	const small = new Uint8Array(100);
	releaseBytes(small);
	expect(small.length).toBe(100);
	const shared = new Uint8Array(65_536);
	releaseBytes(shared.subarray(0, 32_768));
	expect(shared.length).toBe(65_536);
});
