import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import type { CommandRunner } from "@llorch/core";
import { createLocalRunner } from "@llorch/run";
import { type GitWorld, makeGitWorld, snapshot } from "@llorch/testkit/git";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Git } from "../src/index.ts";
import { finish, openGit, signal } from "./open.ts";

let world: GitWorld;
beforeEach(async () => {
	world = await makeGitWorld();
});
afterEach(() => world.dispose());

async function sync(git: Git = openGit(world)) {
	const { value: plan } = await finish(git.planSync({ signal }));
	return (await finish(git.applySync(plan, { signal }))).value;
}

async function clean(): Promise<void> {
	const git = openGit(world);
	const { value: plan } = await finish(git.planClean({ signal }));
	await finish(git.applyClean(plan, { signal }));
}

async function undo(git: Git = openGit(world), id?: string) {
	const plan = await git.planUndo({ id, signal });
	return finish(git.applyUndo(plan, { signal }));
}

const interrupted = async () =>
	(await openGit(world).status({ signal })).interrupted;

test("a clone that was removed since does not keep the rest from coming back", async () => {
	const path = "reference/candle";
	await world.publish(path, { "README.md": "theirs\n" });
	await world.record(path);
	await world.write({ "README.md": "mine\n", [`${path}/README.md`]: "mine\n" });
	await sync();
	await world.git("submodule", "--quiet", "deinit", "-f", path);
	await rm(world.path(".git/modules", path), { recursive: true });
	const { events } = await undo();
	expect(events).toContainEqual({
		type: "note",
		level: "warn",
		text: `${path} stays as it is: its clone was removed, and what was kept in it`,
	});
	expect(await world.read("README.md")).toBe("mine\n");
	expect(await interrupted()).toBeNull();
	const { submodules } = await sync();
	expect(submodules[0]).toMatchObject({ path, status: "checked-out" });
});

test("what stands in the way of an undo is named before anything is done", async () => {
	for (const [file, inTheWay] of [
		["f", "f/x"],
		["d/f", "d"],
	] as const) {
		await world.write({ [file]: "cleaned\n" });
		await clean();
		await world.write({ [inTheWay]: "mine\n" });
		await expect(undo()).rejects.toMatchObject({
			info: {
				code: "LLORCH_GIT_IN_THE_WAY",
				details: { path: inTheWay },
			},
		});
		expect(await interrupted()).toBeNull();
		expect(await world.read(inTheWay)).toBe("mine\n");
		await clean();
	}
});

/** Takes the last sync back, and is stopped on its way. */
async function undoHalfWay(): Promise<void> {
	const controller = new AbortController();
	const local = createLocalRunner({ env: world.env, cwd: world.folder });
	const runner: CommandRunner = {
		host: local.host,
		async start(spec, options) {
			if (spec.args.includes("read-tree"))
				controller.abort(new Error("Ctrl-C"));
			return local.start(spec, options);
		},
	};
	const git = openGit(world, { runner });
	const plan = await git.planUndo({ signal });
	await expect(
		finish(git.applyUndo(plan, { signal: controller.signal })),
	).rejects.toThrow("Ctrl-C");
}

test("what an interrupted undo needs is not pruned", async () => {
	await world.write({ "README.md": "mine\n" });
	const before = snapshot(world.folder, world.env);
	const { kept } = await sync();
	await undoHalfWay();
	const git = openGit(world);
	expect(await git.pruneUndo({ all: true, signal })).toEqual([]);
	await undo(git, kept?.entry);
	expect(snapshot(world.folder, world.env)).toEqual(before);
});

test("an interrupted undo that cannot be finished can be left as it is", async () => {
	await world.write({ "README.md": "mine\n" });
	const { kept } = await sync();
	await undoHalfWay();
	await rm(world.path(".git/llorch/undo", `${kept?.entry}`, "0/index"));
	await world.write({ "index-is-gone": "" });
	await expect(undo()).rejects.toThrow();
	const git = openGit(world);
	expect(await git.giveUpUndo({ signal })).toHaveLength(1);
	expect(await interrupted()).toBeNull();
	await clean();
	expect(existsSync(world.path("index-is-gone"))).toBe(false);
	await expect(git.giveUpUndo({ signal })).rejects.toMatchObject({
		info: { code: "LLORCH_GIT_NOTHING_TO_UNDO" },
	});
});

test("a large file stays there when the same action is taken back again", async () => {
	const git = openGit(world, { maxFile: 2000 });
	const large = "mine\n".repeat(1000);
	await world.write({ "README.md": large });
	const { kept } = await sync(git);
	expect(kept?.moved).toHaveLength(1);
	await undo(git, kept?.entry);
	await undo(git, kept?.entry);
	expect(await world.read("README.md")).toBe(large);
	const { entry } = (await undo(git, kept?.entry)).value;
	await undo(git, entry);
	await undo(git, kept?.entry);
	expect(await world.read("README.md")).toBe(large);
});
