import {
	link,
	mkdir,
	readdir,
	rm,
	stat,
	symlink,
	writeFile,
} from "node:fs/promises";
import { dirname } from "node:path";
import { acquireLock } from "@llorch/run";
import { makeContent } from "@llorch/testkit";
import { describe, expect, test } from "vitest";
import { failure, never } from "../hub/hub.fixture.ts";
import { collect, openStoreWorld, type StoreWorld } from "./store.fixture.ts";
import type { FileRequest } from "./types.ts";

const OLD = "a".repeat(40);
const NEW = "b".repeat(40);
const BIG = { size: 300_000, seed: "big" };
const OTHER = { size: 200_000, seed: "other" };
const { sha256 } = await makeContent(BIG).digests();
const other = await makeContent(OTHER).digests();
const repos = {
	"org/model": {
		revisions: [
			{ sha: OLD, files: { "a.gguf": BIG } },
			{ sha: NEW, files: { "a.gguf": BIG, "sub/b.gguf": OTHER } },
		],
	},
};
const ask = (
	name: string,
	revision: string,
	path: string,
	more: Partial<FileRequest> = {},
): FileRequest => ({ repo: "org/model", revision, path, name, ...more });

const model = (world: StoreWorld) => `${world.cache}/models--org--model`;
const exists = (path: string) =>
	stat(path).then(
		() => true,
		() => false,
	);

describe("a removal", () => {
	test("takes links, snapshot, ref and blob, and the folders that became empty", async () => {
		await using world = await openStoreWorld({ repos });
		const a = ask("a", OLD, "a.gguf", { links: [world.path("old", "a")] });
		const { blob, snapshot } = await world.ensure(a);
		const plan = await world.store.planRemove([a]);
		expect(plan).toEqual({
			links: [world.path("old", "a")],
			snapshots: [snapshot],
			refs: [`${model(world)}/refs/llorch/${OLD}`],
			blobs: [{ path: blob, bytes: BIG.size }],
			partials: [],
			kept: [],
			untouched: [],
			released: [{ path: snapshot, name: "a" }],
			freedBytes: BIG.size,
		});
		expect(await exists(blob)).toBe(true);
		const removed = await world.store.applyRemove(plan);
		expect(removed).toEqual({
			removed: [world.path("old", "a"), snapshot, ...plan.refs, blob],
			freedBytes: BIG.size,
		});
		expect(await readdir(world.cache)).toEqual(["CACHEDIR.TAG"]);
		expect(await world.store.inspect(a)).toMatchObject({ state: "absent" });
		expect(await world.store.planRemove([a])).toMatchObject({
			links: [],
			snapshots: [],
			blobs: [],
			freedBytes: 0,
		});
	});

	test("leaves the neighbour in the same repository alone", async () => {
		await using world = await openStoreWorld({ repos });
		const a = ask("a", NEW, "a.gguf");
		const b = ask("b", NEW, "sub/b.gguf");
		await world.ensure(a);
		await world.ensure(b);
		const plan = await world.store.planRemove([a], { keep: [b] });
		expect(plan).toMatchObject({ refs: [], kept: [], freedBytes: BIG.size });
		await world.store.applyRemove(plan);
		expect(await world.store.inspect(b)).toMatchObject({ state: "verified" });
		await world.store.applyRemove(await world.store.planRemove([b]));
		expect(await exists(model(world))).toBe(false);
	});

	test("keeps what another name has asked for, until that goes too", async () => {
		await using world = await openStoreWorld({ repos });
		const a = ask("a", OLD, "a.gguf", { links: [world.path("a")] });
		const twin = ask("twin", OLD, "a.gguf", { links: [world.path("twin")] });
		const { blob } = await world.ensure(a);
		await world.ensure(twin);
		const plan = await world.store.planRemove([a], { keep: [twin] });
		expect(plan).toMatchObject({
			links: [world.path("a")],
			snapshots: [],
			refs: [],
			blobs: [],
			kept: [{ path: blob, usedBy: ["twin"] }],
			freedBytes: 0,
		});
		await world.store.applyRemove(plan);
		expect(await exists(world.path("twin"))).toBe(true);
		const rest = await world.store.planRemove([twin], { keep: [a] });
		expect(rest.blobs).toEqual([{ path: blob, bytes: BIG.size }]);
		const both = await world.store.planRemove([a, twin]);
		expect(both.blobs.length).toBe(1);
	});

	test("keeps the blob of another snapshot, ours or of another tool", async () => {
		await using world = await openStoreWorld({ repos });
		const a = ask("a", OLD, "a.gguf");
		const { blob } = await world.ensure(a);
		const hf = `${model(world)}/snapshots/${NEW}/a.gguf`;
		await mkdir(dirname(hf), { recursive: true });
		await symlink(`../../blobs/${sha256}`, hf);
		const plan = await world.store.planRemove([a]);
		expect(plan).toMatchObject({
			snapshots: [`${model(world)}/snapshots/${OLD}/a.gguf`],
			blobs: [],
			kept: [{ path: blob, bytes: BIG.size, usedBy: [hf] }],
		});
		await world.store.applyRemove(plan);
		expect(await exists(hf)).toBe(true);
	});

	test("leaves what another tool had downloaded, and takes only what is ours", async () => {
		await using world = await openStoreWorld({ repos });
		const a = ask("a", OLD, "a.gguf", { links: [world.path("a")] });
		const { blob, snapshot } = await world.ensure(a);
		// As after a download with hf: the files are there, our notes are not.
		await rm(world.stateDir, { recursive: true });
		expect(await world.ensure(a)).toMatchObject({ how: "hashed" });
		const plan = await world.store.planRemove([a]);
		expect(plan).toMatchObject({
			links: [world.path("a")],
			snapshots: [],
			refs: [`${model(world)}/refs/llorch/${OLD}`],
			blobs: [],
			kept: [{ path: blob, usedBy: [snapshot] }],
			freedBytes: 0,
		});
	});

	test("of a branch takes all that was got under that name, and the branch's ref", async () => {
		await using world = await openStoreWorld({ repos });
		const main = ask("hf:a", "main", "a.gguf");
		await world.ensure(main);
		world.server.setMain("org/model", OLD);
		await world.ensure(main);
		const plan = await world.store.planRemove([main]);
		expect(plan.snapshots.length).toBe(2);
		await world.store.applyRemove(plan);
		expect(await exists(model(world))).toBe(false);
	});

	test("takes a begun download, and refuses while it goes on", async () => {
		await using world = await openStoreWorld({
			repos,
			faults: [{ stallAfter: 100_000 }],
		});
		const a = ask("a", OLD, "a.gguf");
		const stop = new AbortController();
		const running = world.ensure(a, stop.signal);
		running.catch(() => {});
		await world.server.waitFor(({ bytesSent }) => bytesSent >= 100_000);
		const busy = await world.store.planRemove([a]);
		expect(busy.partials.length).toBe(1);
		expect(await failure(world.store.applyRemove(busy))).toMatchObject({
			code: "LLORCH_LOCKED",
		});
		stop.abort(new Error("stop"));
		await running.catch(() => {});
		const plan = await world.store.planRemove([a]);
		const [partial] = plan.partials;
		expect(plan.freedBytes).toBe(partial?.bytes);
		await world.store.applyRemove(plan);
		expect(await exists(model(world))).toBe(false);
	});

	test("leaves the user's own files, and says which", async () => {
		await using world = await openStoreWorld({ repos });
		const links = [world.path("file"), world.path("foreign")];
		const a = ask("a", OLD, "a.gguf");
		await world.ensure(a);
		await writeFile(world.path("file"), "mine");
		await symlink("/dev/null", world.path("foreign"));
		const plan = await world.store.planRemove([{ ...a, links }]);
		expect(plan).toMatchObject({ links: [], untouched: links });
	});

	test("counts no bytes that a second name keeps on the disk", async () => {
		await using world = await openStoreWorld({ repos });
		const a = ask("a", OLD, "a.gguf");
		const { blob } = await world.ensure(a);
		await link(blob, world.path("mine"));
		const plan = await world.store.planRemove([a]);
		expect(plan).toMatchObject({ freedBytes: 0 });
		expect(await world.store.applyRemove(plan)).toMatchObject({
			freedBytes: 0,
		});
		expect(await exists(world.path("mine"))).toBe(true);
	});

	test("that was planned is not done to what has changed since", async () => {
		await using world = await openStoreWorld({ repos });
		const a = ask("a", OLD, "a.gguf", { links: [world.path("a")] });
		const { blob } = await world.ensure(a);
		const plan = await world.store.planRemove([a]);
		await rm(world.path("a"));
		await writeFile(world.path("a"), "mine now");
		const hf = `${model(world)}/snapshots/${NEW}/a.gguf`;
		await mkdir(dirname(hf), { recursive: true });
		await symlink(`../../blobs/${sha256}`, hf);
		await world.store.applyRemove(plan);
		expect(await exists(world.path("a"))).toBe(true);
		expect(await exists(blob)).toBe(true);
	});

	test("waits for nobody: a lock refuses it before anything is removed", async () => {
		await using world = await openStoreWorld({ repos });
		const a = ask("a", OLD, "a.gguf", { links: [world.path("a")] });
		const { blob } = await world.ensure(a);
		const plan = await world.store.planRemove([a]);
		const lock = await acquireLock(`${blob}.llorch-lock`);
		expect(await failure(world.store.applyRemove(plan))).toMatchObject({
			code: "LLORCH_LOCKED",
		});
		expect(await exists(world.path("a"))).toBe(true);
		await lock.release();
		await world.store.applyRemove(plan);
		expect(await exists(blob)).toBe(false);
	});
});

describe("usage", () => {
	test("counts blobs, partials and what no snapshot leads to", async () => {
		await using world = await openStoreWorld({ repos });
		expect(await world.store.usage()).toMatchObject({ repos: [], bytes: 0 });
		await world.ensure(ask("a", OLD, "a.gguf"));
		const blobs = `${model(world)}/blobs`;
		await writeFile(`${blobs}/${"1".repeat(64)}`, "12345");
		await writeFile(`${blobs}/${"2".repeat(64)}.12345678.incomplete`, "123");
		await writeFile(`${blobs}/x.llorch-part`, "12");
		await mkdir(`${world.cache}/models--gpt2/snapshots/${OLD}`, {
			recursive: true,
		});
		await writeFile(
			`${world.cache}/models--gpt2/snapshots/${OLD}/real`,
			"1234567",
		);
		await mkdir(`${world.cache}/datasets--x--y`);
		const usage = await world.store.usage();
		expect(usage).toEqual({
			cache: world.cache,
			unreadable: [],
			freeBytes: expect.any(Number),
			totalBytes: expect.any(Number),
			bytes: BIG.size + 17,
			repos: [
				{
					repo: "org/model",
					bytes: BIG.size + 10,
					partialBytes: 5,
					unusedBytes: 5,
					files: 1,
				},
				{ repo: "gpt2", bytes: 7, partialBytes: 0, unusedBytes: 0, files: 1 },
			],
		});
		expect(usage.freeBytes).toBeLessThan(usage.totalBytes);
	});
});

describe("a kill between the two steps that give a file its final name", () => {
	const a = ask("a", OLD, "a.gguf", { sha256, size: BIG.size });
	const leave = async (world: StoreWorld) => {
		const { blob } = await world.ensure(a);
		await link(blob, `${blob}.llorch-part`);
		return blob;
	};

	test("counts the bytes once", async () => {
		await using world = await openStoreWorld({ repos });
		await leave(world);
		expect((await world.store.usage()).repos).toMatchObject([
			{ bytes: BIG.size, partialBytes: 0, unusedBytes: 0, files: 1 },
		]);
	});

	test("is mended by the next download", async () => {
		await using world = await openStoreWorld({ repos });
		const blob = await leave(world);
		expect(await world.ensure(a)).toMatchObject({ how: "present" });
		expect(await exists(`${blob}.llorch-part`)).toBe(false);
		expect(await exists(blob)).toBe(true);
	});

	test("leaves nothing after a removal, which tells what it frees", async () => {
		await using world = await openStoreWorld({ repos });
		await leave(world);
		const plan = await world.store.planRemove([a]);
		expect(plan.freedBytes).toBe(BIG.size);
		const { freedBytes } = await world.store.applyRemove(plan);
		expect(freedBytes).toBe(BIG.size);
		expect(await exists(model(world))).toBe(false);
	});
});

describe("verify", () => {
	const a = ask("a", OLD, "a.gguf", { sha256, size: BIG.size });
	const verify = (world: StoreWorld, request = a) =>
		collect(world.store.verify(request, { signal: never }), world.events);

	test("hashes what is here anew, and changes nothing", async () => {
		await using world = await openStoreWorld({ repos });
		expect(await verify(world)).toMatchObject({ status: "absent", bytes: 0 });
		const { blob } = await world.ensure(a);
		world.server.forget();
		world.events.length = 0;
		expect(await verify(world)).toEqual({
			status: "ok",
			file: blob,
			bytes: BIG.size,
			expected: { sha256, size: BIG.size },
			found: { sha256, size: BIG.size },
			links: [],
		});
		expect(world.events.at(-1)).toMatchObject({
			type: "progress",
			label: "checking a.gguf",
			done: BIG.size,
		});
		await writeFile(blob, "short");
		expect(await verify(world)).toMatchObject({
			status: "mismatch",
			found: { size: 5 },
		});
		expect(await world.store.inspect(a)).toMatchObject({ state: "wrong" });
		expect(world.server.requests).toEqual([]);
	});

	test("goes by the name of the blob where nobody has said more", async () => {
		await using world = await openStoreWorld({ repos });
		const main = ask("x", "main", "sub/b.gguf");
		await world.ensure(main);
		expect(await verify(world, main)).toMatchObject({
			status: "ok",
			expected: { sha256: other.sha256 },
		});
	});

	test("looks at the old places when the cache has nothing", async () => {
		await using world = await openStoreWorld({ repos });
		const place = world.path("old");
		await writeFile(place, "x");
		const links = [place];
		expect(await verify(world, { ...a, links })).toMatchObject({
			status: "mismatch",
			file: place,
			links: [{ path: place, state: "file" }],
		});
		const unknown = ask("a", OLD, "a.gguf", { links });
		expect(await verify(world, unknown)).toMatchObject({ status: "unpinned" });
	});
});

describe("pathOf", () => {
	test("tells where a file is, or would be", async () => {
		await using world = await openStoreWorld({ repos });
		const a = ask("a", OLD, "a.gguf", { sha256, links: ["/x"] });
		const paths = {
			snapshot: `${model(world)}/snapshots/${OLD}/a.gguf`,
			blob: `${model(world)}/blobs/${sha256}`,
			links: ["/x"],
		};
		expect(await world.store.pathOf(a)).toEqual(paths);
		expect(await world.store.pathOf(ask("a", "main", "a.gguf"))).toEqual({
			links: [],
		});
		await world.ensure({ ...a, links: [] });
		expect(await world.store.pathOf(a)).toEqual(paths);
	});
});
