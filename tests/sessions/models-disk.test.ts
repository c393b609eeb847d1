import { execFile } from "node:child_process";
import { mkdir, rm, statfs, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { realTest, type World } from "@llorch/testkit";
import { expect, onTestFinished } from "vitest";
import {
	bytesOf,
	expectAbsent,
	expectReady,
	inTheMiddle,
	isThere,
	type Models,
	openModels,
	tinyllama,
} from "./models.fixture.ts";

const onSmallDisk = (title: string, body: () => Promise<void>) =>
	realTest(["mount"], title, body);

const DOWNLOAD = "models download tinyllama";

/** Puts the world's model cache on a file system of its own with room for 20 MB. */
async function mountCache(world: World): Promise<string> {
	const run = promisify(execFile);
	const folder = world.path("~/.cache");
	await mkdir(folder, { recursive: true });
	await run("mount", ["-t", "tmpfs", "-o", "size=20m", "none", folder]);
	onTestFinished(async () => {
		await run("umount", ["--lazy", folder]);
	});
	return folder;
}

const open = async (size: number): Promise<Models & { disk: string }> => {
	const models = await openModels(tinyllama(size));
	return { ...models, disk: await mountCache(models.world) };
};

onSmallDisk(
	"a model that does not fit is refused before its first byte",
	async () => {
		const { hub, llorch, file } = await open(48_000_000);
		expect(await llorch(DOWNLOAD)).toMatchObject({
			stderr: expect.stringMatching(
				/tinyllama needs 48\.0 MB more, and .* has only 2\d\.\d MB free \(LLORCH_DISK_FULL\)\n.*HF_HUB_CACHE.*\n {2}next: llorch models disk-usage\n$/,
			),
			code: 1,
		});
		expect(hub.bodies()).toEqual([]);
		await expectAbsent(file("tinyllama"));
	},
);

onSmallDisk(
	"a disk that fills up in the middle has its own code; what was fetched is kept, and goes on when there is room",
	async () => {
		const size = 12_000_000;
		const { hub, llorch, file, disk } = await open(size);
		const model = file("tinyllama");
		hub.fault({ bytesPerSecond: size / 2 });
		const run = llorch.start(DOWNLOAD);
		await inTheMiddle(
			run,
			hub.waitFor(({ bytesSent }) => bytesSent >= size / 6),
		);
		const { bavail, bsize } = await statfs(disk);
		// The download writes on meanwhile: one of the two finds that the disk is full.
		await writeFile(`${disk}/ballast`, new Uint8Array(bavail * bsize)).catch(
			() => {},
		);
		expect(await run.done).toMatchObject({
			stderr: expect.stringMatching(
				/error: the disk is full: .* MB of 12\.0 MB are kept \(LLORCH_DISK_FULL\)/,
			),
			code: 1,
		});
		await expectAbsent(model);
		const kept = await bytesOf(model.partial);
		expect(kept).toBeGreaterThan(0);

		await rm(`${disk}/ballast`);
		hub.clearFaults();
		hub.forget();
		expect(await llorch(DOWNLOAD)).toMatchObject({ code: 0 });
		expect(hub.bodies().map(({ range }) => range)).toEqual([`bytes=${kept}-`]);
		await expectReady(model);
		expect(await isThere(model.partial)).toBe(false);
	},
);
