import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Event } from "@llorch/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Model } from "./catalog/model.ts";
import { type Catalog, createCatalog } from "./create-catalog.ts";
import {
	collect,
	openStoreWorld,
	type StoreWorld,
} from "./store/store.fixture.ts";

const Q4 = "quantized to four bits";
const F16 = "sixteen bits for every weight";
const sha256 = (text: string) =>
	createHash("sha256").update(text).digest("hex");

let world: StoreWorld;
let catalog: Catalog;
let models: Model[];
beforeEach(async () => {
	world = await openStoreWorld({
		repos: {
			"org/two": { files: { "q4.gguf": Q4, "f16.gguf": F16 } },
			"org/parts": { files: { "a/w.safetensors": "weights", "t.json": "{}" } },
			"org/free": { files: { "free.gguf": "free" } },
		},
	});
	const two = (id: string, path: string, text: string): Model => ({
		id,
		name: id,
		dir: "two",
		repo: "org/two",
		revision: world.server.commit("org/two"),
		license: "MIT",
		sources: {},
		files: [
			{
				path,
				place: path,
				size: text.length,
				sha256: sha256(text),
				sources: {},
			},
		],
	});
	models = [
		two("q4", "q4.gguf", Q4),
		two("f16", "f16.gguf", F16),
		{
			id: "parts",
			name: "Parts",
			dir: "parts",
			repo: "org/parts",
			terms: "Own Terms",
			converts: "a GGUF",
			sources: {},
			files: ["a/w.safetensors", "t.json"].map((path) => ({
				path,
				place: `pytorch/${path}`,
				sources: {},
			})),
		},
	];
	catalog = open(world.path("base"));
});
afterEach(() => world[Symbol.asyncDispose]());

const open = (baseDir?: string, stateDir?: string) =>
	createCatalog({
		models,
		store: stateDir === undefined ? world.store : world.another({ stateDir }),
		endpoint: "https://hub",
		baseDir,
		clock: world.client.clock,
	});

const { signal } = new AbortController();
const download = (names: readonly string[], events: Event[] = []) =>
	collect(catalog.download({ names, signal }), events);

const findPath = (name: string, events: Event[] = []) =>
	collect(catalog.path({ name, signal }), events);

const notesIn = (events: readonly Event[]) =>
	events.flatMap((event) => (event.type === "note" ? [event.text] : []));

test("download tells the licence, then how far it is, then a row, and ends with where the file is", async () => {
	const events: Event[] = [];
	const result = await download(["q4"], events);
	expect(result).toMatchObject({
		downloaded: 1,
		present: 0,
		failed: 0,
		fetchedBytes: Q4.length,
		models: [
			{
				name: "q4",
				status: "downloaded",
				bytes: Q4.length,
				path: world.path("base/two/q4.gguf"),
			},
		],
	});
	expect(events[0]).toEqual({
		type: "note",
		level: "info",
		text: "q4: licence MIT (https://hub/org/two)",
	});
	expect(events.filter(({ type }) => type === "progress").at(-1)).toMatchObject(
		{ label: "q4", done: Q4.length, total: Q4.length, unit: "bytes" },
	);
	expect(events.at(-1)).toMatchObject({
		type: "row",
		outcome: { label: "q4", status: "ok" },
	});
});

test("a model of several files is in the folder that holds them all", async () => {
	const events: Event[] = [];
	const result = await download(["parts"], events);
	expect(result.models[0]?.path).toBe(world.path("base/parts/pytorch"));
	expect(await findPath("parts")).toEqual({
		name: "parts",
		path: world.path("base/parts/pytorch"),
	});
	expect(notesIn(events)).toEqual([
		"parts is under the Own Terms, which is not a free licence: by using it you accept it (https://hub/org/parts)",
		"parts is unverified: nothing citable states its revision, license, parameters, context, size, sha256",
		"llama.cpp cannot load parts as it is: it must be converted to a GGUF, which llorch does not do yet",
	]);
});

test("a file on the hub that has no entry: its licence is on its page", async () => {
	const events: Event[] = [];
	const result = await download(["hf:org/free/free.gguf"], events);
	expect(result.models[0]?.files[0]).toMatchObject({ digestFrom: "hub" });
	expect(notesIn(events)).toEqual([
		"hf:org/free/free.gguf: licence unknown to llorch, see https://hub/org/free",
	]);
});

test("the files of one model are measured together before the first byte, and the hub is asked for their sizes once", async () => {
	const withFree = (freeBytes: number) =>
		createCatalog({
			models,
			store: {
				...world.store,
				usage: async () => ({ ...(await world.store.usage()), freeBytes }),
			},
			endpoint: "https://hub",
			clock: world.client.clock,
		}).download({ names: ["parts"], signal });
	// 7 and 2 bytes: each fits.
	await expect(collect(withFree(8))).rejects.toMatchObject({
		info: {
			code: "LLORCH_DISK_FULL",
			message: expect.stringContaining(
				"parts needs 9 B more, and 8 B are free",
			),
		},
	});
	expect(world.server.bodies()).toEqual([]);
	world.server.forget();
	expect(await collect(withFree(9))).toMatchObject({ downloaded: 1 });
	const heads = world.server.requests.filter(({ method }) => method === "HEAD");
	expect(heads.length).toBe(2);
});

test("a hub that is away while sizes are asked for is the failure of the model, not of the command", async () => {
	world.server.fault({ status: 503 });
	const { models: ends } = await download(["parts"]);
	expect(ends).toMatchObject([
		{ status: "failed", error: { code: "LLORCH_HUB_FAILED" } },
	]);
});

test("a base folder that got no link is not left behind", async () => {
	world.server.fault({ status: 404 });
	await download(["q4"]);
	await expect(readdir(world.path("base"))).rejects.toThrow("ENOENT");
});

test("one failure hides no other model", async () => {
	world.server.fault({ path: "q4.gguf", wrongByteAt: 0 });
	const { models: ends, ...counts } = await download(["q4", "f16"]);
	expect(counts).toMatchObject({ downloaded: 1, failed: 1 });
	expect(ends.map(({ status, error }) => [status, error?.code])).toEqual([
		["failed", "LLORCH_DIGEST_MISMATCH"],
		["downloaded", undefined],
	]);
});

test("a bug at one file of a model is the model's end, whatever its other files have", async () => {
	await download(["parts"]);
	const { path } = await findPath("parts");
	await writeFile(`${path}/a/w.safetensors`, "damaged");
	const { store } = world;
	const broken = createCatalog({
		models,
		endpoint: "https://hub",
		clock: world.client.clock,
		store: {
			...store,
			ensureFile: (request, cancel) => {
				if (request.path === "t.json") throw new TypeError("x is undefined");
				return store.ensureFile(request, cancel);
			},
			verify: (request, cancel) => {
				if (request.path === "t.json") throw new TypeError("x is undefined");
				return store.verify(request, cancel);
			},
		},
	});
	const asked = { names: ["parts"], signal };
	for (const { models: ends } of [
		await collect(broken.download(asked)),
		await collect(broken.verify(asked)),
	])
		expect(ends).toMatchObject([
			{
				status: "failed",
				error: { code: "LLORCH_BUG", message: "x is undefined" },
			},
		]);
});

test("an abort is thrown, and nothing that was not begun is", async () => {
	const aborted = AbortSignal.abort(new Error("enough"));
	await expect(
		collect(catalog.download({ names: ["q4"], signal: aborted })),
	).rejects.toThrow("enough");
	expect(world.server.bodies()).toEqual([]);
	await expect(
		collect(catalog.verify({ names: ["q4"], signal: aborted })),
	).rejects.toThrow("enough");
});

test("all stands for the catalog in download, and for what is here in verify", async () => {
	await download(["q4"]);
	const verified = await collect(
		catalog.verify({ names: [], all: true, signal }),
	);
	expect(verified).toMatchObject({ ok: 1, failed: 0 });
	const rest = await collect(
		catalog.download({ names: [], all: true, signal }),
	);
	expect(rest.models.map(({ name, status }) => [name, status])).toEqual([
		["q4", "present"],
		["f16", "downloaded"],
		["parts", "downloaded"],
	]);
});

test("verify tells a wrong file from one that is not here and one that nobody knows", async () => {
	await download(["q4"]);
	const own = world.path("base/parts/pytorch/t.json");
	const weights = world.path("base/parts/pytorch/a/w.safetensors");
	for (const path of [own, weights]) {
		await mkdir(dirname(path), { recursive: true });
		await writeFile(path, "{}");
	}
	const { path } = await findPath("q4");
	await writeFile(path, "quantized to five bits");
	const { models: ends } = await collect(
		catalog.verify({ names: ["q4", "f16", "parts"], signal }),
	);
	expect(ends.map(({ status, error }) => [status, error?.code])).toEqual([
		["mismatch", "LLORCH_DIGEST_MISMATCH"],
		["absent", "LLORCH_MODEL_ABSENT"],
		["unpinned", "LLORCH_MODEL_UNCHECKED"],
	]);
	expect(ends[0]?.error?.message).toContain(
		`is not the file that q4 must be: its sha256 is ${sha256("quantized to five bits")} instead of ${sha256(Q4)}`,
	);
	await writeFile(path, "short");
	const [shorter] = (await collect(catalog.verify({ names: ["q4"], signal })))
		.models;
	expect(shorter?.error?.message).toContain(
		`it has 5 B (5 bytes) instead of ${Q4.length}`,
	);
	expect(await readFile(path, "utf8")).toBe("short");
	await expect(findPath("q4")).rejects.toMatchObject({
		info: { code: "LLORCH_DIGEST_MISMATCH", run: ["models", "verify", "q4"] },
	});
});

test("a path is told only of bytes that were hashed: what has come otherwise is hashed once", async () => {
	const { path } = (await download(["q4"])).models[0] ?? {};
	const other = open(world.path("base"), world.path("other state"));
	const told: Event[] = [];
	const find = () => collect(other.path({ name: "q4", signal }), told);
	expect(await find()).toEqual({ name: "q4", path });
	expect(told).toContainEqual(
		expect.objectContaining({ type: "progress", label: "checking q4" }),
	);
	told.length = 0;
	expect(await find()).toEqual({ name: "q4", path });
	expect(told).toEqual([]);

	await writeFile(path ?? "", "quantized to five bits");
	for (let time = 0; time < 2; time++)
		await expect(find()).rejects.toMatchObject({
			info: { code: "LLORCH_DIGEST_MISMATCH" },
		});
});

test("deleting one model of a folder and repository keeps the other", async () => {
	await download(["q4", "f16"]);
	const plan = await catalog.planDelete(["q4"]);
	expect(plan).toMatchObject({
		names: ["q4"],
		empty: false,
		links: [world.path("base/two/q4.gguf")],
		freedBytes: Q4.length,
	});
	expect((await catalog.list()).models).toHaveLength(2);
	expect(await catalog.applyDelete(plan)).toMatchObject({
		names: ["q4"],
		freedBytes: Q4.length,
	});
	expect(
		(await catalog.list()).models.map(({ id, state }) => [id, state]),
	).toEqual([["f16", "ready"]]);
	expect(await catalog.planDelete(["q4"])).toMatchObject({ empty: true });
});

test("list, disk usage and catalog agree on what is here", async () => {
	await download(["q4", "hf:org/free/free.gguf"]);
	await writeFile(world.path("base/notes.txt"), "123");
	const listing = await catalog.list();
	expect(listing).toEqual({
		cache: world.cache,
		baseDir: world.path("base"),
		models: [
			{
				id: "q4",
				state: "ready",
				bytes: Q4.length,
				path: world.path("base/two/q4.gguf"),
				unverified: expect.stringContaining("nothing citable states its"),
			},
			{
				id: "hf:org/free/free.gguf",
				state: "ready",
				bytes: 4,
				path: expect.stringMatching(/\/snapshots\/\w+\/free\.gguf$/),
			},
		],
		repos: [],
		strangers: [{ path: world.path("base/notes.txt"), bytes: 3 }],
	});
	expect(await catalog.diskUsage()).toMatchObject({
		bytes: Q4.length + 4 + 3,
		base: { bytes: 3, otherBytes: 3 },
		partialBytes: 0,
		unusedBytes: 0,
		models: [{ id: "q4", bytes: Q4.length }],
		repos: [{ repo: "org/free", bytes: 4 }],
	});
	expect(await catalog.catalog()).toMatchObject({ total: 3, onDisk: 1 });
	expect((await catalog.info("q4")).path).toBe(world.path("base/two/q4.gguf"));
});

test("list tells nothing of that name from nothing at all, and what is spelled like it", async () => {
	expect(await catalog.list({ name: "zzz" })).not.toHaveProperty("unmatched");
	await download(["q4", "parts", "hf:org/free/free.gguf"]);
	await writeFile(world.path("base/mine.gguf"), "mine");
	const unmatched = async (name: string) =>
		(await catalog.list({ name })).unmatched;
	expect(await unmatched("zzz")).toEqual({ name: "zzz" });
	for (const [name, meant] of [
		["Q5", "q4"],
		["Party", "parts"],
		["org/tow", "q4"],
		["fere", "hf:org/free/free.gguf"],
		["mime.gguf", "mine.gguf"],
	] as const) {
		expect(await unmatched(name)).toEqual({ name, meant });
		expect(await unmatched(meant)).toBeUndefined();
	}
	// It is in the catalog, and not here.
	expect((await unmatched("f16"))?.meant).not.toBe("f16");
});

test("without a base folder everything works in the cache", async () => {
	catalog = open();
	const { models: ends } = await download(["q4"]);
	expect(ends[0]?.path).toContain(world.cache);
	expect(await findPath("q4")).toEqual({ name: "q4", path: ends[0]?.path });
	expect(await catalog.list()).not.toHaveProperty("baseDir");
	expect(await catalog.diskUsage()).not.toHaveProperty("base");
});
