import { mkdir, readFile, readlink, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { readAll } from "@llorch/testkit";
import { expect, test } from "vitest";
import {
	bytesOf,
	expectAbsent,
	expectReady,
	inTheMiddle,
	isThere,
	openModels,
	rangeStart,
	sha256Of,
	tinyllama,
} from "./models.fixture.ts";

const SIZE = 2_000_000;
const DOWNLOAD = "models download tinyllama";

test("a flipped byte on the way: exit 4, nothing under a final name, and the next run begins anew and ends well", async () => {
	const { hub, llorch, file } = await openModels(tinyllama(SIZE));
	const model = file("tinyllama");
	hub.fault({ wrongByteAt: SIZE - 1, times: 1 });
	const run = await llorch(DOWNLOAD);
	expect(run).toMatchObject({
		stdout: expect.stringMatching(/^tinyllama\tfailed\t\t/),
		stderr: expect.stringContaining("(LLORCH_DIGEST_MISMATCH)"),
		code: 4,
	});
	await expectAbsent(model);
	expect(await isThere(model.partial)).toBe(false);
	expect(await llorch("models path tinyllama")).toMatchObject({
		stdout: "",
		code: 1,
	});

	expect(await llorch(DOWNLOAD)).toMatchObject({ code: 0 });
	expect(hub.bodies().map(rangeStart)).toEqual([0, 0]);
	await expectReady(model);
});

test("a flipped byte in what an earlier run left on the disk is found too, and does not come back", async () => {
	const { hub, llorch, file } = await openModels(tinyllama(SIZE));
	const model = file("tinyllama");
	const bytes = (await readAll(model.content)).subarray(0, SIZE / 2);
	bytes[1000] = (bytes[1000] ?? 0) ^ 1;
	await mkdir(dirname(model.partial), { recursive: true });
	await writeFile(model.partial, bytes);

	const run = await llorch(DOWNLOAD);
	expect(run).toMatchObject({
		stderr: expect.stringContaining("(LLORCH_DIGEST_MISMATCH)"),
		code: 4,
	});
	expect(hub.bodies().map(rangeStart)).toEqual([SIZE / 2]);
	await expectAbsent(model);
	expect(await isThere(model.partial)).toBe(false);
	expect(await llorch(DOWNLOAD)).toMatchObject({ code: 0 });
	await expectReady(model);
});

test("a newer file that arrives damaged overwrites nothing of the older one", async () => {
	const [older, newer] = ["a".repeat(40), "b".repeat(40)] as const;
	const entry = { repo: "org/model", files: ["model.gguf"] };
	const { hub, llorch, file, setCatalog } = await openModels({
		repos: {
			"org/model": {
				revisions: [
					{ sha: older, files: { "model.gguf": { size: SIZE, seed: 1 } } },
					{ sha: newer, files: { "model.gguf": { size: SIZE, seed: 2 } } },
				],
			},
		},
		entries: { model: { ...entry, revision: older } },
	});
	expect(await llorch("models download model")).toMatchObject({ code: 0 });
	const before = file("model");
	await setCatalog({ model: { ...entry, revision: newer } });
	hub.fault({ wrongByteAt: 5, times: 1 });
	expect(await llorch("models download model")).toMatchObject({ code: 4 });
	await expectReady(before);

	expect(await llorch("models download model")).toMatchObject({ code: 0 });
	await expectReady(file("model"));
	expect(await sha256Of(before.snapshot)).toBe(before.sha256);
});

test("a hub whose own hash is not the catalog's is refused before the first byte", async () => {
	const { hub, llorch, file } = await openModels(tinyllama(SIZE));
	const model = file("tinyllama");
	hub.setRepo("TheBloke/TinyLlama-1.1B-Chat-v1.0-GGUF", {
		revisions: [
			{
				sha: model.commit,
				files: {
					"tinyllama-1.1b-chat-v1.0.Q4_K_M.gguf": { size: SIZE, seed: "other" },
				},
			},
		],
	});
	expect(await llorch(DOWNLOAD)).toMatchObject({
		stderr: expect.stringContaining("(LLORCH_UPSTREAM_CHANGED)"),
		code: 4,
	});
	expect(hub.bodies()).toEqual([]);
	await expectAbsent(model);
});

test("two at once, each with a memory of its own, end well with one body between them", async () => {
	const { hub, llorch, file, world } = await openModels(tinyllama(SIZE));
	hub.fault({ bytesPerSecond: SIZE });
	const runs = [".local/state", "other state"].map((state) =>
		llorch.start(DOWNLOAD, {
			env: { XDG_STATE_HOME: world.path("~", state) },
		}),
	);
	for (const { done } of runs)
		expect(await done).toMatchObject({
			stdout: expect.stringContaining(`\t${file("tinyllama").link}\n`),
			code: 0,
		});
	expect(hub.bodies()).toHaveLength(1);
	await expectReady(file("tinyllama"));
});

test("who waits for another that is killed goes on with what it left", async () => {
	const { hub, llorch, file } = await openModels(tinyllama(SIZE));
	const model = file("tinyllama");
	hub.fault({ stallAfter: SIZE / 2, times: 1 });
	const first = llorch.start(DOWNLOAD);
	await inTheMiddle(
		first,
		hub.waitFor(({ bytesSent }) => bytesSent === SIZE / 2),
	);
	const second = llorch.start(DOWNLOAD);
	await second.waitFor("waiting for another llorch", "stderr");
	first.kill("SIGKILL");
	const kept = await first.done.then(() => bytesOf(model.partial));
	expect(await second.done).toMatchObject({
		stdout: expect.stringMatching(/^tinyllama\tdownloaded\t/),
		code: 0,
	});
	expect(hub.bodies().map(rangeStart)).toEqual([0, kept]);
	expect(kept).toBeGreaterThan(0);
	await expectReady(model);
});

test("verify finds a file that has changed on the disk since, and deletes nothing", async () => {
	const { llorch, file } = await openModels(tinyllama(SIZE));
	const model = file("tinyllama");
	await llorch(DOWNLOAD);
	const bytes = await readFile(model.blob);
	bytes[7] = (bytes[7] ?? 0) ^ 1;
	await writeFile(model.blob, bytes);
	const changed = await sha256Of(model.blob);
	expect(await llorch("models verify tinyllama")).toMatchObject({
		stdout: expect.stringContaining("tinyllama\tmismatch\t"),
		code: 4,
	});
	expect(await sha256Of(model.blob)).toBe(changed);
	expect(await readlink(model.link)).toBe(model.snapshot);
	expect(await llorch(DOWNLOAD)).toMatchObject({ code: 4 });
	expect(await sha256Of(model.blob)).toBe(changed);
});
