import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type GitWorld, makeGitWorld, snapshot } from "@llorch/testkit/git";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Git } from "../src/index.ts";
import { finish, openGit, signal } from "./open.ts";

let world: GitWorld;
beforeEach(async () => {
	world = await makeGitWorld();
});
afterEach(() => world.dispose());

const DAY_MS = 86_400_000;

function openAt(now: () => number, folder = world.folder, days = 30): Git {
	return openGit(world, {
		folder,
		days,
		clock: { now, sleep: async () => {} },
	});
}

async function clean(git: Git): Promise<void> {
	const { value: plan } = await finish(git.planClean({ signal }));
	await finish(git.applyClean(plan, { signal }));
}

async function undo(git: Git, id?: string) {
	const plan = await git.planUndo({ id, signal });
	return (await finish(git.applyUndo(plan, { signal }))).value;
}

test("what two worktrees keep in the same second is kept apart", async () => {
	const side = join(world.root, "side");
	await world.git("worktree", "add", "-q", "-b", "topic", side);
	const now = () => Date.UTC(2026, 0, 2, 3, 4, 5);
	const folders = [world.folder, side];
	for (const folder of folders) {
		await writeFile(join(folder, "new.txt"), `of ${folder}\n`);
		await clean(openAt(now, folder));
	}
	await world.git("gc", "-q", "--prune=now");
	for (const folder of folders) {
		await undo(openAt(now, folder));
		expect(
			await world.at(
				join("..", folder.slice(world.root.length)),
				"status",
				"-s",
			),
		).toBe("?? new.txt\n");
	}
});

test("what was just kept has not expired, whatever the setting", async () => {
	await world.write({ "new.txt": "mine\n" });
	let now = Date.UTC(2026, 0, 2, 3, 4, 5);
	// The clock goes on while the action runs.
	const git = openAt(() => now++, world.folder, 0);
	await clean(git);
	await undo(git);
	expect(await world.read("new.txt")).toBe("mine\n");
});

test("an entry that has expired and is still there can be taken back", async () => {
	await world.write({ "README.md": "mine\n" });
	const before = snapshot(world.folder, world.env);
	let now = Date.UTC(2026, 0, 2, 3, 4, 5);
	const git = openAt(() => now);
	const { value: plan } = await finish(git.planSync({ signal }));
	await finish(git.applySync(plan, { signal }));
	now += 31 * DAY_MS;
	const { entry } = await undo(git);
	expect(snapshot(world.folder, world.env)).toEqual(before);
	await undo(git, entry);
	expect(await world.read("README.md")).not.toBe("mine\n");
});
