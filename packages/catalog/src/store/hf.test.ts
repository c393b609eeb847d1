import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
	makeContent,
	makeWorld,
	programSession,
	readAll,
	realPart,
	realTest,
	startHub,
	type World,
} from "@llorch/testkit";
import { describe, expect } from "vitest";
import { connect, failure, never } from "../hub/hub.fixture.ts";
import { locateCache } from "./cache-location.ts";
import { createStore } from "./create-store.ts";
import { collect } from "./store.fixture.ts";
import type { FileRequest } from "./types.ts";

// llorch and the real hf in one cache.

const OLD = "a".repeat(40);
const NEW = "b".repeat(40);
const BIG = { size: 3_000_000, seed: "big" };
const OTHER = { size: 2_000_000, seed: "other" };
const { sha256 } = await makeContent(BIG).digests();
const other = await makeContent(OTHER).digests();
const repos = {
	"org/model": {
		revisions: [
			{
				sha: OLD,
				files: { "big.gguf": BIG, "b.gguf": BIG, "config.json": "{}\n" },
			},
			// main moves on: the model is the same, another file is not.
			{
				sha: NEW,
				files: { "big.gguf": BIG, "b.gguf": OTHER, "config.json": "{}\n" },
			},
		],
		main: OLD,
	},
};
const at = (revision: string, path: string, hash?: string): FileRequest => ({
	repo: "org/model",
	revision,
	path,
	...(hash === undefined ? {} : { sha256: hash }),
});

async function open() {
	const world = await makeWorld();
	const server = await startHub({ repos });
	const client = connect(server.url);
	Object.assign(world.env, { HF_ENDPOINT: server.url, NO_COLOR: "1" });
	const cache = locateCache(world.env, world.home);
	const store = createStore({
		cache,
		stateDir: join(world.home, "state"),
		hub: async () => client,
		clock: client.clock,
	});
	return {
		world,
		server,
		model: join(cache, "models--org--model"),
		hf: programSession(world as World, { file: realPart("hf"), args: [] }),
		store,
		ensure: (request: FileRequest) =>
			collect(store.ensureFile(request, { signal: never })),
		async [Symbol.asyncDispose]() {
			await client.close();
			await server.close();
			await world.dispose();
		},
	};
}

describe("the real hf", () => {
	realTest(
		["hf"],
		"sees what llorch downloaded, without a body, also when main has moved on",
		async () => {
			await using both = await open();
			await both.ensure(at(OLD, "big.gguf", sha256));
			await both.ensure(at(OLD, "config.json"));
			both.server.forget();
			for (const main of [OLD, NEW]) {
				both.server.setMain("org/model", main);
				for (const file of ["big.gguf", "config.json"]) {
					const run = await both.hf(`download org/model ${file}`);
					expect(run).toMatchObject({ code: 0 });
					expect(run.stdout).toContain(`snapshots/${main}/${file}`);
				}
			}
			expect(both.server.bodies()).toEqual([]);
		},
	);

	realTest(
		["hf"],
		"uses a branch that llorch was told of without a network",
		async () => {
			await using both = await open();
			await both.ensure(at("main", "big.gguf"));
			const run = await both.hf("download org/model big.gguf", {
				env: { HF_HUB_OFFLINE: "1" },
			});
			expect(run).toMatchObject({ code: 0 });
		},
	);

	realTest(
		["hf"],
		"prunes the cache and leaves two pinned revisions of one repository",
		async () => {
			await using both = await open();
			const requests = [
				at(OLD, "b.gguf", sha256),
				at(NEW, "b.gguf", other.sha256),
			];
			for (const request of requests) await both.ensure(request);
			// A snapshot that no ref names does go.
			const stray = join(both.model, "snapshots", "d".repeat(40));
			await mkdir(stray);
			await symlink(`../../blobs/${sha256}`, join(stray, "x"));
			expect(await both.hf("cache prune --yes")).toMatchObject({ code: 0 });
			both.server.forget();
			for (const request of requests)
				expect(await both.ensure(request)).toMatchObject({ how: "present" });
			expect(both.server.requests).toEqual([]);
			expect(await readdir(join(both.model, "snapshots"))).not.toContain(
				"d".repeat(40),
			);
		},
	);

	realTest(["hf"], "leaves begun downloads of llorch alone", async () => {
		await using both = await open();
		both.server.fault({ cutAfter: 1_000_000, nth: 1 });
		for (const nth of [2, 3, 4, 5, 6]) both.server.fault({ status: 500, nth });
		await failure(both.ensure(at(OLD, "big.gguf", sha256)));
		await both.ensure(at(OLD, "config.json"));
		expect(await both.hf("cache prune --yes")).toMatchObject({ code: 0 });
		const again = await both.ensure(at(OLD, "big.gguf", sha256));
		expect(again.resumedBytes).toBeGreaterThan(0);
	});

	realTest(
		["hf"],
		"has downloaded what llorch then uses after one hashing",
		async () => {
			await using both = await open();
			expect(await both.hf("download org/model")).toMatchObject({ code: 0 });
			both.server.forget();
			const request = at(OLD, "big.gguf", sha256);
			expect(await both.ensure(request)).toMatchObject({ how: "hashed" });
			expect(await both.ensure(request)).toMatchObject({ how: "present" });
			expect(await both.ensure(at(OLD, "config.json"))).toMatchObject({
				how: "hashed",
			});
			expect(both.server.requests).toEqual([]);
			// What hf made stays when llorch's own part is removed.
			const plan = await both.store.planRemove([request]);
			expect(plan).toMatchObject({ snapshots: [], blobs: [], freedBytes: 0 });
		},
	);

	realTest(
		["hf"],
		"has a blob with a flipped byte, which llorch refuses and hf does not",
		async () => {
			await using both = await open();
			await both.hf("download org/model big.gguf");
			const blob = join(both.model, "blobs", sha256);
			const bytes = await readAll(makeContent(BIG));
			bytes[77] = (bytes[77] ?? 0) ^ 1;
			await writeFile(blob, bytes);
			expect(await both.hf("download org/model big.gguf")).toMatchObject({
				code: 0,
			});
			both.server.forget();
			expect(
				await failure(both.ensure(at(OLD, "big.gguf", sha256))),
			).toMatchObject({ code: "LLORCH_DIGEST_MISMATCH" });
			expect((await readFile(blob)).equals(bytes)).toBe(true);
			expect(both.server.requests).toEqual([]);
		},
	);

	realTest(["hf"], "lists the cache without complaint", async () => {
		await using both = await open();
		await both.ensure(at(OLD, "big.gguf", sha256));
		await both.ensure(at("main", "config.json"));
		const run = await both.hf("cache list");
		expect(run).toMatchObject({ code: 0 });
		expect(run.stdout).toContain("org/model");
		expect(run.stdout + run.stderr).not.toMatch(/inconsisten|warning/i);
	});
});
