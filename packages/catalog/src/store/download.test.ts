import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { makeContent, readAll } from "@llorch/testkit";
import { describe, expect, test } from "vitest";
import { failure } from "../hub/hub.fixture.ts";
import { collect, openStoreWorld, type StoreWorld } from "./store.fixture.ts";
import type { FileRequest } from "./types.ts";

const COMMIT = "c".repeat(40);
const BIG = { size: 3_000_000, seed: "big" };
const big = makeContent(BIG);
const { sha256 } = await big.digests();
const CONFIG = '{"a": 1}\n';
const config = await makeContent(CONFIG).digests();
const repos = {
	"org/model": {
		revisions: [
			{ sha: COMMIT, files: { "config.json": CONFIG, "sub/big.gguf": BIG } },
		],
	},
};
const request: FileRequest = {
	repo: "org/model",
	revision: COMMIT,
	path: "sub/big.gguf",
	size: BIG.size,
	sha256,
	name: "big",
	label: "big",
};

const layout = (world: StoreWorld) => {
	const model = `${world.cache}/models--org--model`;
	const blob = `${model}/blobs/${sha256}`;
	return {
		model,
		blob,
		partial: `${blob}.llorch-part`,
		snapshot: `${model}/snapshots/${COMMIT}/sub/big.gguf`,
	};
};

/** What an earlier run has left. */
async function leave(world: StoreWorld, bytes: Uint8Array) {
	const { partial } = layout(world);
	await mkdir(dirname(partial), { recursive: true });
	await writeFile(partial, bytes);
}

const sizeOf = (path: string) =>
	stat(path).then(
		({ size }) => size,
		() => undefined,
	);
const ranges = (world: StoreWorld) =>
	world.server.requests
		.filter(({ server, method }) => server === "cdn" && method === "GET")
		.map(({ status, range }) => [status, range]);

describe("a download", () => {
	test("ends verified, under its name, with all its links", async () => {
		await using world = await openStoreWorld({ repos });
		const links = [world.path("old", "big.gguf"), world.path("second")];
		const stored = await world.ensure({ ...request, links });
		const { blob, snapshot } = layout(world);
		expect(stored).toEqual({
			repo: "org/model",
			commit: COMMIT,
			path: "sub/big.gguf",
			size: BIG.size,
			sha256,
			blob,
			snapshot,
			links,
			how: "downloaded",
			fetchedBytes: BIG.size,
			resumedBytes: 0,
			digestFrom: "catalog",
		});
		for (const path of [...links, snapshot])
			expect((await readFile(path)).equals(await readAll(big))).toBe(true);
		expect(world.server.leaks()).toEqual([]);
	});

	test("tells its bytes at most every 100 ms, the first and the last always", async () => {
		await using world = await openStoreWorld({ repos });
		await world.ensure(request);
		const told = world.events;
		// The clock stands still: what lies between is within the same 100 ms.
		expect(told).toEqual([
			{
				type: "progress",
				task: "download:org/model/sub/big.gguf",
				label: "big",
				done: 0,
				total: BIG.size,
				unit: "bytes",
			},
			expect.objectContaining({ done: BIG.size, total: BIG.size }),
		]);
	});

	test("of a small file is verified by git's hash and by the catalog's", async () => {
		await using world = await openStoreWorld({ repos });
		const small = {
			repo: "org/model",
			revision: COMMIT,
			path: "config.json",
			sha256: config.sha256,
		};
		const stored = await world.ensure(small);
		expect(stored).toMatchObject({
			how: "downloaded",
			blob: `${layout(world).model}/blobs/${config.gitBlob}`,
			sha256: config.sha256,
		});
		expect(await world.ensure(small)).toMatchObject({ how: "present" });
		const wrong = { ...small, path: "config.json", sha256: "0".repeat(64) };
		await using other = await openStoreWorld({ repos });
		expect(await other.refuse(wrong)).toMatchObject({
			code: "LLORCH_DIGEST_MISMATCH",
			details: { expected: "0".repeat(64), found: config.sha256 },
		});
	});

	test("of an empty file works", async () => {
		await using world = await openStoreWorld({
			repos: { "org/model": { files: { empty: "" } } },
		});
		const empty = { repo: "org/model", revision: "main", path: "empty" };
		expect(await world.ensure(empty)).toMatchObject({
			how: "downloaded",
			size: 0,
		});
		expect(await world.ensure(empty)).toMatchObject({ how: "present" });
	});
});

describe("a partial file", () => {
	test.each([1, 1_000_000, BIG.size - 1])(
		"of %i bytes is gone on with",
		async (bytes) => {
			await using world = await openStoreWorld({ repos });
			await leave(world, (await readAll(big)).subarray(0, bytes));
			expect(await world.store.inspect(request)).toMatchObject({
				state: "partial",
				bytes,
				partial: layout(world).partial,
			});
			expect(await world.ensure(request)).toMatchObject({
				fetchedBytes: BIG.size - bytes,
				resumedBytes: bytes,
			});
			expect(ranges(world)).toEqual([[206, `bytes=${bytes}-`]]);
			expect(world.notes()[0]).toMatch(/^big: going on at .* of 3.00 MB$/);
		},
	);

	test("that is whole is only verified", async () => {
		await using world = await openStoreWorld({ repos });
		await leave(world, await readAll(big));
		expect(await world.ensure(request)).toMatchObject({
			fetchedBytes: 0,
			resumedBytes: BIG.size,
		});
		expect(ranges(world)).toEqual([]);
	});

	test("that is too long begins anew", async () => {
		await using world = await openStoreWorld({ repos });
		await leave(world, new Uint8Array(BIG.size + 1));
		expect(await world.ensure(request)).toMatchObject({
			fetchedBytes: BIG.size,
			resumedBytes: 0,
		});
		expect(ranges(world)).toEqual([[200, undefined]]);
	});

	test("begins anew, and says so, when the server knows no ranges", async () => {
		await using world = await openStoreWorld({
			repos,
			faults: [{ noRange: true }],
		});
		await leave(world, (await readAll(big)).subarray(0, 1_000_000));
		expect(await world.ensure(request)).toMatchObject({
			fetchedBytes: BIG.size,
			resumedBytes: 0,
		});
		expect(ranges(world)).toEqual([[200, "bytes=1000000-"]]);
		expect(world.notes().at(-1)).toBe(
			"big: the server cannot go on at 1.00 MB and sends all of it again",
		);
	});

	test("with a flipped byte is found out, and goes", async () => {
		await using world = await openStoreWorld({ repos });
		const bytes = Buffer.from((await readAll(big)).subarray(0, 1_000_000));
		bytes[500] = (bytes[500] ?? 0) ^ 1;
		await leave(world, bytes);
		expect(await world.refuse(request)).toMatchObject({
			code: "LLORCH_DIGEST_MISMATCH",
		});
		expect(await sizeOf(layout(world).partial)).toBeUndefined();
		expect(await world.ensure(request)).toMatchObject({
			fetchedBytes: BIG.size,
		});
	});
});

describe("faults", () => {
	test.each([
		["a cut", { cutAfter: 1_000_000, nth: 1 }],
		["a reset", { cutAfter: 1_000_000, reset: true, nth: 1 }],
		["a stall", { stallAfter: 1_000_000, nth: 1 }],
	])("%s: goes on with Range and If-Range", async (_, fault) => {
		await using world = await openStoreWorld({ repos, faults: [fault] });
		await world.ensure(request);
		const [first, second, ...more] = world.server.requests.filter(
			({ server }) => server === "cdn",
		);
		expect(first).toMatchObject({ status: 200 });
		expect(second).toMatchObject({
			status: 206,
			headers: { "if-range": `"${sha256}"` },
		});
		expect(more).toEqual([]);
		const from = Number(/^bytes=(\d+)-$/.exec(second?.range ?? "")?.[1]);
		expect(from).toBeGreaterThan(0);
		expect(from).toBeLessThanOrEqual(1_000_000);
		expect(world.notes()[0]).toMatch(/^big: .*; trying again in /);
	});

	test.each([
		["429", { status: 429, retryAfter: 9, times: 2 }, [9_000, 9_000]],
		[
			"429 with a date",
			{ status: 429, retryAfter: "Thu, 01 Jan 2026 00:00:40 GMT", times: 1 },
			[40_000],
		],
		[
			"503",
			{ status: 503, times: 2 },
			[expect.any(Number), expect.any(Number)],
		],
		["no answer", { stallBeforeHeaders: true, times: 1 }, [expect.any(Number)]],
	])("%s: waits and asks again", async (_, fault, sleeps) => {
		await using world = await openStoreWorld({ repos, faults: [fault] });
		expect(await world.ensure(request)).toMatchObject({ how: "downloaded" });
		expect(world.client.clock.sleeps).toEqual(sleeps);
	});

	test.each(["once", "expired"] as const)(
		"an address that works %s: asks the hub for another",
		async (redirect) => {
			await using world = await openStoreWorld({
				repos,
				faults: [
					{ redirect, nth: 1 },
					{ cutAfter: 1_000_000, nth: 1 },
				],
			});
			expect(await world.ensure(request)).toMatchObject({
				fetchedBytes: BIG.size,
			});
			const heads = world.server.requests.filter(
				({ method }) => method === "HEAD",
			);
			expect(heads.length).toBe(2);
		},
	);

	test("tries count only while nothing comes", async () => {
		await using world = await openStoreWorld({
			repos,
			// Twelve bodies, each with something new.
			faults: [{ cutAfter: 250_000, times: 11 }],
		});
		expect(await world.ensure(request)).toMatchObject({
			fetchedBytes: BIG.size,
		});
		expect(world.client.clock.sleeps.length).toBe(11);
	});

	test("gives up after five tries without a byte, keeps what came, and goes on the next time", async () => {
		await using world = await openStoreWorld({
			repos,
			faults: [
				{ cutAfter: 1_000_000, nth: 1 },
				...[2, 3, 4, 5, 6].map((nth) => ({ status: 500, nth })),
			],
		});
		expect(await world.refuse(request)).toMatchObject({
			code: "LLORCH_HUB_FAILED",
			message: expect.stringMatching(/^big: .*; \d.* of 3.00 MB are kept$/),
			hint: expect.stringContaining("goes on from there"),
		});
		expect(world.client.clock.sleeps.length).toBe(5);
		const kept = (await sizeOf(layout(world).partial)) ?? 0;
		expect(kept).toBeGreaterThan(0);
		expect(await world.ensure(request)).toMatchObject({
			resumedBytes: kept,
			fetchedBytes: BIG.size - kept,
		});
	});

	test("an abort keeps what came, and ends with its reason", async () => {
		await using world = await openStoreWorld({
			repos,
			faults: [{ stallAfter: 1_000_000 }],
		});
		const stop = new AbortController();
		const running = world.ensure(request, stop.signal);
		running.catch(() => {});
		await world.server.waitFor(({ bytesSent }) => bytesSent >= 1_000_000);
		const reason = new Error("Ctrl-C");
		stop.abort(reason);
		await expect(running).rejects.toBe(reason);
		const { state, bytes } = await world.store.inspect(request);
		world.server.clearFaults();
		const again = await world.ensure(request);
		expect(again.resumedBytes).toBe(state === "partial" ? bytes : 0);
		expect(again.resumedBytes + again.fetchedBytes).toBe(BIG.size);
	});

	test("a reader who leaves stops it", async () => {
		await using world = await openStoreWorld({
			repos,
			faults: [{ stallAfter: 1_000_000 }],
		});
		const { signal } = new AbortController();
		for await (const _ of world.store.ensureFile(request, { signal })) break;
		await world.server.waitFor(
			({ server, closed }) => server === "hub" && closed,
		);
		expect(await sizeOf(layout(world).blob)).toBeUndefined();
	});
});

describe("what must not be kept", () => {
	test("wrong bytes: nothing under the final name, nothing overwritten, the partial goes", async () => {
		await using world = await openStoreWorld({
			repos,
			faults: [{ wrongByteAt: 2_000_000 }],
		});
		const links = [world.path("old", "big.gguf")];
		const refusal = await world.refuse({ ...request, links });
		expect(refusal).toMatchObject({
			code: "LLORCH_DIGEST_MISMATCH",
			details: {
				algorithm: "sha256",
				expected: sha256,
				url: `${world.server.url}/org/model/resolve/${COMMIT}/sub/big.gguf`,
			},
		});
		expect(refusal.details?.found).toMatch(/^[0-9a-f]{64}$/);
		const { blob, partial, snapshot } = layout(world);
		for (const path of [blob, partial, snapshot, ...links])
			expect(await sizeOf(path)).toBeUndefined();
	});

	test("a body of another length than the hub says: refused before its bytes, and what was there stays", async () => {
		await using world = await openStoreWorld({
			repos,
			faults: [{ contentLength: 2_000_000 }],
		});
		expect(await world.refuse(request)).toMatchObject({
			code: "LLORCH_SIZE_MISMATCH",
			details: { expected: BIG.size, found: 2_000_000 },
		});
		expect(await sizeOf(layout(world).blob)).toBeUndefined();
	});

	test("a size that hub and catalog do not agree about: refused before any body", async () => {
		await using world = await openStoreWorld({
			repos,
			faults: [{ linkedSize: 5_000_000 }],
		});
		expect(await world.refuse(request)).toMatchObject({
			code: "LLORCH_SIZE_MISMATCH",
			details: { expected: BIG.size, found: 5_000_000 },
		});
		expect(world.server.bodies()).toEqual([]);
	});

	test("another file than the pinned one: told apart from a damaged download, before any body", async () => {
		await using world = await openStoreWorld({ repos });
		const changed = await world.refuse({ ...request, sha256: "0".repeat(64) });
		expect(changed).toMatchObject({
			code: "LLORCH_UPSTREAM_CHANGED",
			details: { expected: "0".repeat(64), found: sha256 },
			hint: "Nothing was fetched. If you trust the new file, take it by its commit.",
			run: ["models", "download", `hf:org/model/sub/big.gguf@${COMMIT}`],
		});
		const gone = await world.refuse({ ...request, revision: "d".repeat(40) });
		expect(gone).toMatchObject({
			code: "LLORCH_UPSTREAM_CHANGED",
			cause: { code: "LLORCH_REVISION_NOT_FOUND" },
		});
		const typed = { ...request, revision: "typo" };
		delete typed.sha256;
		delete typed.size;
		expect(await world.refuse(typed)).toMatchObject({
			code: "LLORCH_REVISION_NOT_FOUND",
		});
		expect(world.server.bodies()).toEqual([]);
	});
});

describe("two at once", () => {
	test("fetch the file once; the second says that it waits", async () => {
		await using world = await openStoreWorld({
			repos,
			faults: [{ bytesPerSecond: 20_000_000 }],
		});
		// Another process has notes of its own when its home is another.
		const other = world.another({ stateDir: world.path("other") });
		const events: StoreWorld["events"] = [];
		const [first, second] = await Promise.all([
			world.ensure(request),
			world.server
				.waitFor(({ server }) => server === "cdn")
				.then(() =>
					collect(
						other.ensureFile(request, {
							signal: new AbortController().signal,
						}),
						events,
					),
				),
		]);
		expect(first).toMatchObject({ how: "downloaded" });
		expect(second).toMatchObject({ how: "hashed", fetchedBytes: 0 });
		expect(world.server.bodies().length).toBe(1);
		expect(events).toContainEqual({
			type: "note",
			level: "info",
			text: expect.stringMatching(/^big: waiting for another llorch/),
		});
	});

	test("a blob that another tool brings meanwhile is not overwritten", async () => {
		await using world = await openStoreWorld({
			repos,
			faults: [{ stallAfter: 2_000_000, nth: 1 }],
		});
		const running = world.ensure(request).catch((error: unknown) => error);
		await world.server.waitFor(({ bytesSent }) => bytesSent > 0);
		const { blob } = layout(world);
		const wrong = Buffer.alloc(BIG.size);
		await writeFile(blob, wrong);
		expect(await running).toMatchObject({
			info: { code: "LLORCH_DIGEST_MISMATCH" },
		});
		expect((await readFile(blob)).equals(wrong)).toBe(true);
	});

	test("an abort ends the waiting", async () => {
		await using world = await openStoreWorld({
			repos,
			faults: [{ stallAfter: 1_000 }],
		});
		const stop = new AbortController();
		const first = world.ensure(request, stop.signal);
		first.catch(() => {});
		await world.server.waitFor(({ server }) => server === "cdn");
		const leave = new AbortController();
		const other = world.another().ensureFile(request, leave);
		const second = collect(other, {
			push: () => leave.abort(new Error("enough")),
		} as unknown as StoreWorld["events"]);
		await expect(second).rejects.toThrow("enough");
		stop.abort(new Error("stop"));
		await expect(first).rejects.toThrow("stop");
	});
});

test("a name that leads out of the cache is refused", async () => {
	await using world = await openStoreWorld({ repos });
	for (const bad of [
		{ path: "../../x" },
		{ path: "/etc/passwd" },
		{ path: "" },
		{ repo: "../x" },
		{ repo: "a/b/c" },
	])
		expect(
			await failure(world.store.inspect({ ...request, ...bad })),
		).toMatchObject({ code: "LLORCH_USAGE" });
});
