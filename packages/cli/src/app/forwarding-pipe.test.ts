import { expect, test } from "vitest";
import { createPipe } from "./forwarding-pipe.ts";

const bytes = new Uint8Array([1]);

test("a write waits until the reader has taken it", async () => {
	const pipe = createPipe();
	let taken = false;
	const written = pipe.write(bytes).then(() => {
		taken = true;
	});
	const reader = pipe.read()[Symbol.asyncIterator]();
	expect(await reader.next()).toEqual({ done: false, value: bytes });
	expect(taken).toBe(false);
	pipe.end();
	expect(await reader.next()).toMatchObject({ done: true });
	await written;
});

test("no write waits for a reader that has left", async () => {
	const pipe = createPipe();
	const writes = [pipe.write(bytes), pipe.write(bytes)];
	const reader = pipe.read()[Symbol.asyncIterator]();
	await reader.next();
	await reader.return?.();
	await Promise.all([...writes, pipe.write(bytes)]);
});
