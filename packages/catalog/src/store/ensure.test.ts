import {
	link,
	lstat,
	mkdir,
	mkdtemp,
	readdir,
	readFile,
	readlink,
	realpath,
	rename,
	rm,
	stat,
	symlink,
	utimes,
	writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { quotePosix } from "@llorch/core";
import { makeContent, readAll } from "@llorch/testkit";
import { describe, expect, test } from "vitest";
import { connect, failure, never } from "../hub/hub.fixture.ts";
import { createStore } from "./create-store.ts";
import { collect, openStoreWorld, type StoreWorld } from "./store.fixture.ts";
import type { FileRequest } from "./types.ts";

const OLD = "a".repeat(40);
const NEW = "b".repeat(40);
const BIG = { size: 300_000, seed: "big" };
const OTHER = { size: 300_000, seed: "other" };
const bytes = await readAll(makeContent(BIG));
const { sha256 } = await makeContent(BIG).digests();
const other = await makeContent(OTHER).digests();
const CONFIG = "{}\n";
const config = await makeContent(CONFIG).digests();
const repos = {
	"org/model": {
		revisions: [
			{ sha: OLD, files: { "a.gguf": BIG, "config.json": CONFIG } },
			{
				sha: NEW,
				files: { "a.gguf": OTHER, "config.json": CONFIG, "same.gguf": BIG },
			},
		],
		tags: { v1: OLD },
	},
};
const request: FileRequest = {
	repo: "org/model",
	revision: OLD,
	path: "a.gguf",
	size: BIG.size,
	sha256,
	name: "a",
};
const ref = (revision: string, path = "a.gguf"): FileRequest => ({
	repo: "org/model",
	revision,
	path,
});

const shared = await stat("/dev/shm").catch(() => undefined);
const hasOtherDisk =
	shared !== undefined && shared.dev !== (await stat(tmpdir())).dev;

const model = (world: StoreWorld) => `${world.cache}/models--org--model`;
const blobOf = (world: StoreWorld, name = sha256) =>
	`${model(world)}/blobs/${name}`;

async function put(path: string, content: Uint8Array | string) {
	await mkdir(dirname(path), { recursive: true });
	await writeFile(path, content);
}

/** What hf leaves: a blob that nobody has checked, and the link to it. */
async function putAsHf(
	world: StoreWorld,
	content: Uint8Array,
	commit = OLD,
	path = "a.gguf",
) {
	const snapshot = `${model(world)}/snapshots/${commit}/${path}`;
	await put(blobOf(world), content);
	await mkdir(dirname(snapshot), { recursive: true });
	await symlink(`../../blobs/${sha256}`, snapshot);
	await put(`${model(world)}/refs/main`, commit);
}

const flipped = () => {
	const copy = Buffer.from(bytes);
	copy[1234] = (copy[1234] ?? 0) ^ 1;
	return copy;
};

describe("what is in the cache", () => {
	test("and was hashed before is used without a request and without reading it", async () => {
		await using world = await openStoreWorld({ repos });
		await world.ensure(request);
		world.server.forget();
		world.events.length = 0;
		expect(await world.ensure(request)).toMatchObject({
			how: "present",
			fetchedBytes: 0,
			digestFrom: "catalog",
		});
		expect(world.server.requests).toEqual([]);
		expect(world.events).toEqual([]);
	});

	test("and was put there by another tool is hashed once", async () => {
		await using world = await openStoreWorld({ repos });
		await putAsHf(world, bytes);
		expect(await world.store.inspect(request)).toMatchObject({
			state: "unhashed",
			bytes: BIG.size,
		});
		expect(await world.ensure(request)).toMatchObject({ how: "hashed" });
		expect(await world.ensure(request)).toMatchObject({ how: "present" });
		expect(await world.store.inspect(request)).toMatchObject({
			state: "verified",
		});
		expect(world.server.requests).toEqual([]);
	});

	test("with a flipped byte is refused, and nothing is changed", async () => {
		await using world = await openStoreWorld({ repos });
		await putAsHf(world, flipped());
		const refusal = await world.refuse(request);
		expect(refusal).toMatchObject({
			code: "LLORCH_DIGEST_MISMATCH",
			message: expect.stringContaining(blobOf(world)),
			hint: expect.stringContaining(quotePosix(["rm", blobOf(world)])),
			details: { expected: sha256 },
		});
		expect((await readFile(blobOf(world))).equals(flipped())).toBe(true);
		expect(await world.store.inspect(request)).toMatchObject({
			state: "wrong",
		});
		expect(world.server.requests).toEqual([]);
		await rm(blobOf(world));
		expect(await world.ensure(request)).toMatchObject({ how: "downloaded" });
	});

	test("and is whole, but not what was pinned, is told as such", async () => {
		await using world = await openStoreWorld({ repos });
		await putAsHf(world, bytes);
		const pinned = { ...request, sha256: other.sha256 };
		expect(await world.refuse(pinned)).toMatchObject({
			code: "LLORCH_UPSTREAM_CHANGED",
			details: { expected: other.sha256, found: sha256 },
		});
		expect((await readFile(blobOf(world))).equals(bytes)).toBe(true);
	});

	test("and too short is refused without reading it", async () => {
		await using world = await openStoreWorld({ repos });
		await putAsHf(world, bytes.subarray(0, 100));
		expect(await world.store.inspect(request)).toMatchObject({
			state: "wrong",
		});
		expect(await world.refuse(request)).toMatchObject({
			code: "LLORCH_DIGEST_MISMATCH",
			message: expect.stringContaining("it has 100 bytes"),
		});
	});

	test("and was changed since it was hashed is hashed again", async () => {
		await using world = await openStoreWorld({ repos });
		await world.ensure(request);
		const { mtime } = await stat(blobOf(world));
		await writeFile(blobOf(world), flipped());
		expect(await world.refuse(request)).toMatchObject({
			code: "LLORCH_DIGEST_MISMATCH",
		});
		await writeFile(blobOf(world), bytes);
		await utimes(blobOf(world), mtime, new Date(mtime.getTime() + 5_000));
		expect(await world.ensure(request)).toMatchObject({ how: "hashed" });
	});

	test("under another commit or path gets its link without a body", async () => {
		await using world = await openStoreWorld({ repos });
		await world.ensure(request);
		world.server.forget();
		const same = { ...ref(NEW, "same.gguf"), sha256 };
		expect(await world.ensure(same)).toMatchObject({
			how: "present",
			snapshot: `${model(world)}/snapshots/${NEW}/same.gguf`,
		});
		expect(world.server.requests).toEqual([]);
		// Without the hash, the hub must be asked for it.
		await rm(`${model(world)}/snapshots/${NEW}`, { recursive: true });
		expect(await world.ensure(ref(NEW, "same.gguf"))).toMatchObject({
			how: "present",
		});
		expect(world.server.bodies()).toEqual([]);
	});

	test("as a real file in the snapshot (HF_HUB_DISABLE_SYMLINKS) is used where it is", async () => {
		await using world = await openStoreWorld({ repos });
		const snapshot = `${model(world)}/snapshots/${OLD}/a.gguf`;
		await put(snapshot, bytes);
		expect(await world.ensure(request)).toMatchObject({
			how: "hashed",
			blob: snapshot,
		});
		expect((await lstat(snapshot)).isFile()).toBe(true);
	});

	test("is found through a link to the cache's folder", async () => {
		await using world = await openStoreWorld({ repos });
		await world.ensure(request);
		const cache = world.path("linked");
		await symlink(world.cache, cache);
		const store = createStore({
			cache,
			stateDir: world.stateDir,
			hub: async () => world.client,
			clock: world.client.clock,
		});
		const signal = never;
		expect(await collect(store.ensureFile(request, { signal }))).toMatchObject({
			how: "present",
		});
		const [entry] = (await store.usage()).repos;
		expect(entry).toMatchObject({ bytes: BIG.size, unusedBytes: 0 });
	});
});

describe("the cache", () => {
	test("is laid out as hf's, with a ref that keeps the snapshot", async () => {
		await using world = await openStoreWorld({ repos });
		await world.ensure(request);
		await world.ensure(ref("main", "config.json"));
		const read = (path: string) => readFile(join(world.cache, path), "utf8");
		expect(await read("CACHEDIR.TAG")).toMatch(
			/^Signature: 8a477f597d28d172789f06886806bc55\n/,
		);
		expect(await read(`models--org--model/refs/llorch/${OLD}`)).toBe(OLD);
		expect(await read(`models--org--model/refs/llorch/${NEW}`)).toBe(NEW);
		expect(await read("models--org--model/refs/main")).toBe(NEW);
		expect(await readlink(`${model(world)}/snapshots/${NEW}/config.json`)).toBe(
			`../../blobs/${config.gitBlob}`,
		);
		const { mode } = await stat(blobOf(world));
		expect(mode & 0o777).toBe(0o644);
	});

	test("gets no refs/main from a download of a commit", async () => {
		await using world = await openStoreWorld({ repos });
		await world.ensure(request);
		expect(await codeOf(`${model(world)}/refs/main`)).toBe("ENOENT");
	});

	test("that cannot be written is named", async () => {
		await using world = await openStoreWorld({ repos });
		await writeFile(world.cache, "a file");
		expect(await world.refuse(request)).toMatchObject({
			code: "LLORCH_CACHE_UNUSABLE",
			message: expect.stringContaining(world.cache),
		});
	});
});

async function codeOf(path: string): Promise<string> {
	return stat(path).then(
		() => "there",
		(error: NodeJS.ErrnoException) => error.code ?? "",
	);
}

describe("files of the user's own at the old places", () => {
	test("are hashed and adopted, and never fetched", async () => {
		await using world = await openStoreWorld({ repos });
		const links = [world.path("old", "a.gguf")];
		const [place = ""] = links;
		await put(place, bytes);
		const { ino } = await stat(place);
		expect(await world.store.inspect({ ...request, links })).toMatchObject({
			state: "absent",
			adoptable: place,
			links: [{ path: place, state: "file" }],
		});
		expect(await world.ensure({ ...request, links })).toMatchObject({
			how: "adopted",
			links,
		});
		// One copy: the same bytes on the disk as before.
		expect((await stat(blobOf(world))).ino).toBe(ino);
		expect((await stat(blobOf(world))).nlink).toBe(1);
		expect(await readlink(place)).toBe(
			`${model(world)}/snapshots/${OLD}/a.gguf`,
		);
		expect(world.server.requests).toEqual([]);
		expect(await world.ensure({ ...request, links })).toMatchObject({
			how: "present",
		});
	});

	test("that are several are made one", async () => {
		await using world = await openStoreWorld({ repos });
		const links = [world.path("one"), world.path("two")];
		for (const place of links) await put(place, bytes);
		await world.ensure({ ...request, links });
		for (const place of links)
			expect((await lstat(place)).isSymbolicLink()).toBe(true);
	});

	test("that the cache has too become links to it", async () => {
		await using world = await openStoreWorld({ repos });
		await world.ensure(request);
		const links = [world.path("old")];
		await put(world.path("old"), bytes);
		expect(await world.ensure({ ...request, links })).toMatchObject({
			how: "present",
		});
		expect((await lstat(world.path("old"))).isSymbolicLink()).toBe(true);
	});

	test.each([
		["of another length", bytes.subarray(0, 1000), "it has 1000 bytes"],
		["with other bytes", flipped(), "its sha256 is"],
	])("%s are left alone, and nothing is fetched", async (_, content, says) => {
		await using world = await openStoreWorld({ repos });
		const place = world.path("old");
		await put(place, content);
		for (const known of [false, true]) {
			expect(await world.refuse({ ...request, links: [place] })).toMatchObject({
				code: "LLORCH_FILE_DIFFERS",
				message: expect.stringContaining(says),
				hint: expect.stringContaining(
					quotePosix(["mv", place, `${place}.old`]),
				),
			});
			expect((await readFile(place)).equals(content)).toBe(true);
			expect(world.server.requests).toEqual([]);
			if (!known) await putAsHf(world, bytes);
		}
	});

	test("of an entry without a hash are held against the hub's", async () => {
		await using world = await openStoreWorld({ repos });
		const place = world.path("old");
		await put(place, bytes);
		const unverified = { ...ref("v1"), pin: true, links: [place] };
		expect(await world.ensure(unverified)).toMatchObject({
			how: "adopted",
			digestFrom: "hub",
		});
		expect(world.server.bodies()).toEqual([]);
	});

	test("behind a link of the user's own are used, and both stay", async () => {
		await using world = await openStoreWorld({ repos });
		const place = world.path("old");
		const own = world.path("my disk", "a.gguf");
		await put(own, bytes);
		await symlink(own, place);
		expect(await world.ensure({ ...request, links: [place] })).toMatchObject({
			how: "adopted",
		});
		expect(await readlink(place)).toBe(own);
		expect((await stat(own)).ino).toBe((await stat(blobOf(world))).ino);
		expect(world.server.requests).toEqual([]);
	});

	test.each([
		["a folder", (place: string) => mkdir(place)],
		["a link to nothing", (place: string) => symlink("/no/where", place)],
	])("that are %s block the way", async (_, make) => {
		await using world = await openStoreWorld({ repos });
		const place = world.path("old");
		await make(place);
		expect(await world.refuse({ ...request, links: [place] })).toMatchObject({
			code: "LLORCH_LINK_BLOCKED",
			details: { place },
		});
		expect(world.server.requests).toEqual([]);
	});

	test("that are links into a cache are set right", async () => {
		await using world = await openStoreWorld({ repos });
		const links = [world.path("old"), world.path("dangling")];
		await world.ensure(ref(NEW, "a.gguf"));
		await symlink(`${model(world)}/snapshots/${NEW}/a.gguf`, world.path("old"));
		await symlink(
			`/gone/hub/models--org--model/snapshots/${OLD}/a.gguf`,
			world.path("dangling"),
		);
		expect(
			(await world.store.inspect({ ...request, links })).links,
		).toMatchObject([{ state: "stale" }, { state: "stale" }]);
		await world.ensure({ ...request, links });
		for (const place of links)
			expect((await readFile(place)).equals(bytes)).toBe(true);
	});

	test("a place that cannot be made is told, and the model is kept", async () => {
		await using world = await openStoreWorld({ repos });
		await writeFile(world.path("file"), "");
		const links = [world.path("file", "a.gguf")];
		expect(await world.refuse({ ...request, links })).toMatchObject({
			code: "LLORCH_LINK_BLOCKED",
			hint: expect.stringContaining("The model itself is complete"),
		});
		expect(await world.store.inspect(request)).toMatchObject({
			state: "verified",
		});
	});

	test.skipIf(!hasOtherDisk)(
		"on another file system are copied, hashed once more, and then replaced (needs /dev/shm)",
		async () => {
			await using world = await openStoreWorld({ repos });
			const folder = await mkdtemp("/dev/shm/old ");
			try {
				const place = join(folder, "a.gguf");
				await put(place, bytes);
				const links = [place];
				expect(await world.ensure({ ...request, links })).toMatchObject({
					how: "adopted",
				});
				expect((await lstat(place)).isSymbolicLink()).toBe(true);
				expect((await readFile(place)).equals(bytes)).toBe(true);
				expect((await lstat(blobOf(world))).isFile()).toBe(true);
				expect(await readdir(dirname(blobOf(world)))).toEqual([sha256]);
				expect(world.server.requests).toEqual([]);
			} finally {
				await rm(folder, { recursive: true });
			}
		},
	);

	test("hard links to the blob count as links", async () => {
		await using world = await openStoreWorld({ repos });
		await world.ensure(request);
		const place = world.path("old");
		await link(blobOf(world), place);
		await world.ensure({ ...request, links: [place] });
		expect((await lstat(place)).isFile()).toBe(true);
	});
});

describe("a reference without a hash", () => {
	test("to a branch asks the hub what it stands for, every time", async () => {
		await using world = await openStoreWorld({ repos });
		expect(await world.ensure(ref("main"))).toMatchObject({
			commit: NEW,
			sha256: other.sha256,
			digestFrom: "hub",
		});
		world.server.setMain("org/model", OLD);
		expect(await world.ensure(ref("main"))).toMatchObject({
			commit: OLD,
			sha256,
			how: "downloaded",
		});
		expect(await readFile(`${model(world)}/refs/main`, "utf8")).toBe(OLD);
	});

	test("to a commit is known by what is here", async () => {
		await using world = await openStoreWorld({ repos });
		await putAsHf(world, bytes);
		expect(await world.ensure(ref(OLD))).toMatchObject({
			how: "hashed",
			digestFrom: "hub",
		});
		expect(world.server.requests).toEqual([]);
		expect(await world.ensure(ref(OLD))).toMatchObject({
			how: "present",
			digestFrom: "pin",
		});
	});

	test("that is pinned stays with the first download", async () => {
		await using world = await openStoreWorld({ repos });
		const pinned = { ...ref("main"), pin: true };
		world.server.setMain("org/model", OLD);
		await world.ensure(pinned);
		world.server.setMain("org/model", NEW);
		world.server.forget();
		expect(await world.ensure(pinned)).toMatchObject({
			how: "present",
			commit: OLD,
			digestFrom: "pin",
		});
		expect(world.server.requests).toEqual([]);
		// Also when it must be fetched again.
		await rm(world.cache, { recursive: true });
		expect(await world.ensure(pinned)).toMatchObject({
			how: "downloaded",
			commit: OLD,
			sha256,
		});
		// And when that is gone, it is not replaced by something else.
		await rm(world.cache, { recursive: true });
		world.server.setRepo("org/model", { files: { "a.gguf": OTHER } });
		expect(await world.refuse(pinned)).toMatchObject({
			code: "LLORCH_UPSTREAM_CHANGED",
		});
	});

	test("and with a hash but no commit finds the file without the hub, once it is here", async () => {
		await using world = await openStoreWorld({ repos });
		const hashed = { ...ref("main"), sha256: other.sha256 };
		await world.ensure(hashed);
		world.server.forget();
		expect(await world.ensure(hashed)).toMatchObject({
			how: "present",
			commit: NEW,
		});
		// Without our notes, too: some snapshot has these bytes at that path.
		const fresh = world.another({ stateDir: world.path("fresh") });
		const again = fresh.ensureFile(hashed, { signal: never });
		expect(await collect(again)).toMatchObject({ how: "hashed", commit: NEW });
		expect(world.server.requests).toEqual([]);
		// main moved on to other bytes: told, instead of fetched.
		await rm(world.cache, { recursive: true });
		await rm(world.stateDir, { recursive: true });
		world.server.setMain("org/model", OLD);
		expect(await world.refuse(hashed)).toMatchObject({
			code: "LLORCH_UPSTREAM_CHANGED",
		});
	});

	test("uses what is here when the hub is away, and says so", async () => {
		await using world = await openStoreWorld({ repos });
		await world.ensure(ref("main"));
		world.notes();
		await using client = connect(world.server.url, {
			network: { offline: true },
		});
		const offline = createStore({
			cache: world.cache,
			stateDir: world.stateDir,
			hub: async () => client,
			clock: client.clock,
		});
		const events: StoreWorld["events"] = [];
		expect(
			await collect(offline.ensureFile(ref("main"), { signal: never }), events),
		).toMatchObject({ how: "present", commit: NEW });
		expect(events).toMatchObject([
			{
				type: "note",
				level: "warn",
				text: expect.stringContaining(`using what is here, of commit ${NEW}`),
			},
		]);
		const absent = offline.ensureFile(ref("v1"), { signal: never });
		expect(await failure(collect(absent))).toMatchObject({
			code: "LLORCH_HUB_OFFLINE",
		});
	});

	test("is refused from a hub that gives no hash", async () => {
		await using world = await openStoreWorld({ repos });
		const resolveFile: typeof world.client.resolveFile = async (...args) => {
			const {
				sha256: _,
				gitSha1: __,
				...file
			} = await world.client.resolveFile(...args);
			return { ...file, etag: "W-1" };
		};
		const store = createStore({
			cache: world.cache,
			stateDir: world.stateDir,
			hub: async () => ({ ...world.client, resolveFile }),
			clock: world.client.clock,
		});
		const unknown = store.ensureFile(ref("main"), { signal: never });
		expect(await failure(collect(unknown))).toMatchObject({
			code: "LLORCH_NO_DIGEST",
		});
		// With the catalog's hash it is enough.
		const known = store.ensureFile(request, { signal: never });
		expect(await collect(known)).toMatchObject({
			how: "downloaded",
			blob: blobOf(world),
		});
	});
});

test("a cache that was moved to another disk by hand is still known", async () => {
	await using world = await openStoreWorld({ repos });
	const links = [world.path("old")];
	await world.ensure({ ...request, links });
	await rename(world.cache, world.path("moved"));
	await symlink(world.path("moved"), world.cache);
	expect(await world.ensure({ ...request, links })).toMatchObject({
		how: "present",
	});
	expect(await realpath(world.path("old"))).toBe(
		`${world.path("moved")}/models--org--model/blobs/${sha256}`,
	);
});
