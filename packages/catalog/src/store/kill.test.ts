import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { makeContent, realTest, soakCount } from "@llorch/testkit";
import { describe, expect, test } from "vitest";
import type { ChildTask } from "./ensure.child.ts";
import { openStoreWorld, type StoreWorld } from "./store.fixture.ts";

// Processes of their own, that are killed, run side by side, or run out of disk.

const KILLS = soakCount(3, 20);
const COMMIT = "c".repeat(40);
// So large that another thread hashes and writes.
const BIG = { size: 48_000_000, seed: "big" };
const { sha256 } = await makeContent(BIG).digests();
const repos = {
	"org/model": { revisions: [{ sha: COMMIT, files: { "a.gguf": BIG } }] },
};
const taskOf = (world: StoreWorld): ChildTask => ({
	endpoint: world.server.url,
	cache: world.cache,
	stateDir: world.stateDir,
	request: {
		repo: "org/model",
		revision: COMMIT,
		path: "a.gguf",
		size: BIG.size,
		sha256,
	},
});

function start(task: ChildTask) {
	const child = spawn(
		process.execPath,
		[join(import.meta.dirname, "ensure.child.ts"), JSON.stringify(task)],
		{ stdio: ["ignore", "pipe", "inherit"] },
	);
	return { child, output: text(child.stdout).then(parse) };
}
const parse = (output: string): unknown =>
	output === "" ? undefined : JSON.parse(output);

async function kill(child: ChildProcess) {
	const gone = once(child, "exit");
	child.kill("SIGKILL");
	await gone;
}

describe("a process that is killed", () => {
	test(
		`soak: ${KILLS} times at any point of a download loses nothing of what was on the disk`,
		async () => {
			await using world = await openStoreWorld({
				repos,
				faults: [{ bytesPerSecond: 60_000_000 }],
			});
			const blobs = join(world.cache, "models--org--model", "blobs");
			const partial = join(blobs, `${sha256}.llorch-part`);
			let onDisk = 0;
			for (let round = 0; round < KILLS; round++) {
				world.server.forget();
				const { child } = start(taskOf(world));
				// Somewhere in what is left, each time less, so that every round has something to kill.
				const most = Math.floor((BIG.size - onDisk) / (KILLS - round + 1));
				const point = randomInt(1, Math.max(2, most));
				const body = await world.server.waitFor(
					({ server, bytesSent }) => server === "cdn" && bytesSent >= point,
				);
				await kill(child);
				expect(body.range).toBe(onDisk === 0 ? undefined : `bytes=${onDisk}-`);
				const { size = 0 } = await stat(partial).catch(() => ({ size: 0 }));
				expect(size).toBeGreaterThanOrEqual(onDisk);
				expect(await readdir(blobs)).not.toContain(sha256);
				onDisk = size;
			}
			world.server.clearFaults();
			world.server.forget();
			const { output } = start(taskOf(world));
			expect(await output).toMatchObject({
				how: "downloaded",
				sha256,
				resumedBytes: onDisk,
				fetchedBytes: BIG.size - onDisk,
			});
			expect(world.server.bodies()).toMatchObject([
				onDisk === 0 ? {} : { range: `bytes=${onDisk}-` },
			]);
			// Nothing is left but the blob: no partial, no lock.
			expect(await readdir(blobs)).toEqual([sha256]);
		},
		60_000 + KILLS * 5_000,
	);
});

describe("two processes", () => {
	test("fetch a file once, and both have it", async () => {
		await using world = await openStoreWorld({
			repos,
			faults: [{ bytesPerSecond: 100_000_000 }],
		});
		const both = [start(taskOf(world)), start(taskOf(world))];
		const outputs = await Promise.all(both.map(({ output }) => output));
		expect(
			outputs.map((output) => (output as { how: string }).how).sort(),
		).toEqual(["downloaded", "present"]);
		expect(world.server.bodies().length).toBe(1);
	});
});

describe("a disk of 20 MB", () => {
	const title = "is too small, and that is told before or at the write";
	realTest(["mount"], title, async () => {
		await using world = await openStoreWorld({ repos });
		const { cache } = taskOf(world);
		await mkdir(cache);
		const run = promisify(execFile);
		await run("mount", ["-t", "tmpfs", "-o", "size=20m", "tmpfs", cache]);
		try {
			const before = start(taskOf(world));
			expect(await before.output).toMatchObject({
				code: "LLORCH_DISK_FULL",
				details: { neededBytes: BIG.size },
			});
			expect(world.server.bodies()).toEqual([]);
			// Enough when it begins; then somebody else takes what was free.
			await run("mount", ["-o", "remount,size=60m", cache]);
			world.server.fault({ bytesPerSecond: 60_000_000 });
			const meanwhile = start(taskOf(world));
			await world.server.waitFor(({ bytesSent }) => bytesSent > 1_000_000);
			await run("mount", ["-o", "remount,size=20m", cache]);
			expect(await meanwhile.output).toMatchObject({
				code: "LLORCH_DISK_FULL",
				message: expect.stringMatching(/of 48.0 MB are kept$/),
			});
			const blobs = join(cache, "models--org--model", "blobs");
			expect(await readdir(blobs)).toEqual([`${sha256}.llorch-part`]);
			world.server.clearFaults();
			await run("mount", ["-o", "remount,size=60m", cache]);
			const { size } = await stat(join(blobs, `${sha256}.llorch-part`));
			const after = start(taskOf(world));
			expect(await after.output).toMatchObject({
				how: "downloaded",
				resumedBytes: size,
			});
		} finally {
			await run("umount", [cache]);
		}
	});
});
