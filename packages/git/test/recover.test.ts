import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile, rm, utimes, writeFile } from "node:fs/promises";
import type { CommandRunner } from "@llorch/core";
import { acquireLock, createLocalRunner } from "@llorch/run";
import { type GitWorld, makeGitWorld } from "@llorch/testkit/git";
import { afterEach, beforeEach, expect, test } from "vitest";
import { finish, openGit, signal } from "./open.ts";

let world: GitWorld;
beforeEach(async () => {
	world = await makeGitWorld();
	await world.publish(".", { "README.md": "theirs\n" });
	await world.write({ "README.md": "mine\n" });
});
afterEach(() => world.dispose());

async function sync(): Promise<void> {
	const git = openGit(world);
	const { value: plan } = await finish(git.planSync({ signal }));
	await finish(git.applySync(plan, { signal }));
}

/** Begins a sync, and stops it when it runs a git command with this word. `meanwhile`: just before. */
async function syncUntil(
	word: string,
	meanwhile = async () => {},
): Promise<string> {
	const controller = new AbortController();
	const local = createLocalRunner({ env: world.env, cwd: world.folder });
	const runner: CommandRunner = {
		host: local.host,
		async start(spec, options) {
			if (spec.args.includes(word)) {
				await meanwhile();
				controller.abort(new Error("Ctrl-C"));
			}
			return local.start(spec, options);
		},
	};
	const git = openGit(world, { runner });
	const { value: plan } = await finish(git.planSync({ signal }));
	const applied = finish(git.applySync(plan, { signal: controller.signal }));
	await expect(applied).rejects.toThrow("Ctrl-C");
	const [entry] = await git.listUndo({ signal });
	expect(entry?.state).toBe("acting");
	return entry?.id as string;
}

/** As `kill -9` would have left it: without a note of its end, and with the lock of a process that is no more. */
async function killed(entry: string, secondsAgo: number): Promise<void> {
	await rm(world.path(`.git/llorch/undo/${entry}/ended`));
	const path = world.path(".git/llorch/lock");
	const lock = await acquireLock(path);
	const holder = JSON.parse(await readFile(path, "utf8"));
	await lock.release();
	const child = spawn("true");
	await once(child, "exit");
	await writeFile(path, `${JSON.stringify({ ...holder, pid: child.pid })}\n`);
	const seconds = Date.now() / 1000 - secondsAgo;
	await utimes(path, seconds, seconds);
}

const LOCK = ".git/index.lock";

async function expectBusy(): Promise<void> {
	await expect(sync()).rejects.toMatchObject({
		info: { code: "LLORCH_GIT_BUSY", details: { path: world.path(LOCK) } },
	});
	expect(existsSync(world.path(LOCK))).toBe(true);
	expect((await openGit(world).status({ signal })).interrupted).not.toBeNull();
}

test("a lock file that was made after an action had stopped is of a git at work", async () => {
	await syncUntil("reset");
	await world.write({ [LOCK]: "" });
	await expectBusy();
});

test("a lock file that was made while an action ran goes", async () => {
	await syncUntil("reset", () => world.write({ [LOCK]: "" }));
	await sync();
	expect(await world.read("README.md")).toBe("theirs\n");
});

test("after kill -9, the last sign of life tells them apart", async () => {
	const entry = await syncUntil("reset");
	await killed(entry, 60);
	await world.write({ [LOCK]: "" });
	await expectBusy();
	// Who looked first has noted it; the lock itself no longer tells.
	await expectBusy();
});

test("after kill -9, what was made shortly before goes", async () => {
	const entry = await syncUntil("reset");
	await world.write({ [LOCK]: "" });
	await killed(entry, 1);
	await sync();
	expect(await world.read("README.md")).toBe("theirs\n");
});

test("a sync at work is not called interrupted", async () => {
	let seen: unknown = "nothing";
	await syncUntil("reset", async () => {
		seen = (await openGit(world).status({ signal })).interrupted;
	});
	expect(seen).toBeNull();
	expect((await openGit(world).status({ signal })).interrupted).toMatchObject({
		action: "sync",
	});
});

test("a folder that cannot be made is named", async () => {
	await world.write({ ".git/llorch": "a file\n" });
	await expect(sync()).rejects.toMatchObject({
		info: {
			code: "LLORCH_GIT_NOT_WRITABLE",
			message: expect.stringMatching(/^\/.*\/\.git\/llorch cannot be written/),
		},
	});
});

test("an index that cannot be put back leaves no lock file behind", async () => {
	await sync();
	const git = openGit(world);
	const plan = await git.planUndo({ signal });
	await rm(world.path(`.git/llorch/undo/${plan.id}/0/index`));
	await expect(finish(git.applyUndo(plan, { signal }))).rejects.toThrow(
		"ENOENT",
	);
	expect(existsSync(world.path(LOCK))).toBe(false);
});

test("a full disk is called so, whenever it fills up", async () => {
	const local = createLocalRunner({ env: world.env, cwd: world.folder });
	const fullAt = (word: string): CommandRunner => ({
		host: local.host,
		async start(spec, options) {
			if (spec.args.includes(word))
				throw Object.assign(new Error("ENOSPC: no space left on device"), {
					code: "ENOSPC",
					syscall: "write",
				});
			return local.start(spec, options);
		},
	});
	for (const [word, hint] of [
		["write-tree", undefined],
		["reset", expect.stringContaining("llorch git undo")],
	] as const) {
		const git = openGit(world, { runner: fullAt(word) });
		const { value: plan } = await finish(git.planSync({ signal }));
		const error = await finish(git.applySync(plan, { signal })).catch(
			(thrown) => thrown,
		);
		expect(error.info).toMatchObject({ code: "LLORCH_GIT_DISK_FULL" });
		expect(error.info.hint).toEqual(hint);
	}
	await sync();
	expect(await world.read("README.md")).toBe("theirs\n");
});
