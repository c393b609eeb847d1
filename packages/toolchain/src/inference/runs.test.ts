import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type InferenceRecord, openRunFolder, readRuns } from "./runs.ts";

let folder: string;
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), "runs "));
});
afterEach(() => rm(folder, { recursive: true }));

const AT = Date.UTC(2026, 0, 2, 3, 4, 5);

test("runs of one second have names of their own, for their owner only", async () => {
	const ids = [];
	for (let count = 0; count < 3; count++)
		ids.push((await openRunFolder(folder, AT, "cpu")).id);
	expect(ids).toEqual([
		"2026-01-02T03-04-05Z-cpu",
		"2026-01-02T03-04-05Z-cpu-2",
		"2026-01-02T03-04-05Z-cpu-3",
	]);
	const { mode } = await stat(join(folder, "2026-01-02T03-04-05Z-cpu"));
	expect(mode & 0o777).toBe(0o700);
});

test("the last twenty are kept", async () => {
	await writeFile(join(folder, "not a run"), "");
	for (let second = 0; second < 25; second++)
		await openRunFolder(folder, AT + second * 1000, "cuda");
	const names = (await readdir(folder)).sort();
	expect(names).toHaveLength(21);
	expect(names[0]).toBe("2026-01-02T03-04-10Z-cuda");
	expect(names).toContain("not a run");
});

test("a run whose llorch is gone is not running", async () => {
	const run = await openRunFolder(folder, AT, "cpu");
	await run.write({ version: 1, id: run.id, status: "running" } as never);
	const status = async () =>
		(await readRuns(folder, { runs: 1, lines: 1 }))[0]?.record?.status;
	expect(await status()).toBe("running");
	await run.close();
	expect(await status()).toBe("killed");
});

test("the latest runs first, of one backend, with the ends of their logs", async () => {
	expect(await readRuns(join(folder, "none"), { runs: 9, lines: 9 })).toEqual(
		[],
	);
	const first = await openRunFolder(folder, AT, "cpu");
	const second = await openRunFolder(folder, AT, "cpu");
	const other = await openRunFolder(folder, AT + 1000, "cuda");
	const record = { version: 1, id: second.id } as InferenceRecord;
	await second.write(record);
	await writeFile(second.log, "one\ntwo\nthree\n");
	await writeFile(second.response, "Once");
	await writeFile(join(folder, first.id, "run.json"), "{ torn");
	await writeFile(join(folder, other.id, "run.json"), '{"version":2}');
	const all = await readRuns(folder, { runs: 9, lines: 2 });
	expect(all.map(({ id }) => id)).toEqual([other.id, second.id, first.id]);
	expect(all[1]).toEqual({
		record,
		id: second.id,
		log: second.log,
		tail: ["two", "three"],
		response: "Once",
	});
	expect(all[0]).not.toHaveProperty("record");
	expect(all[2]).toMatchObject({ tail: [], response: "" });
	const cpu = await readRuns(folder, { backend: "cpu", runs: 1, lines: 2 });
	expect(cpu.map(({ id }) => id)).toEqual([second.id]);
});
