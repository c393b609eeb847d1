import { existsSync } from "node:fs";
import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CommandRunner } from "@llorch/core";
import { createLocalRunner } from "@llorch/run";
import { type GitWorld, makeGitWorld } from "@llorch/testkit/git";
import { afterEach, beforeEach, expect, test } from "vitest";
import { finish, openGit, signal } from "./open.ts";

let world: GitWorld;
beforeEach(async () => {
	world = await makeGitWorld();
});
afterEach(() => world.dispose());

/** Somebody else adds a submodule, under a name of their choice. */
async function publishSubmodule(name: string, path: string): Promise<void> {
	await world.authorGit(
		...[".", "submodule", "--quiet", "add", "--name", "for now"],
		...["../llama.cpp.git", path],
	);
	const file = join(world.author, ".gitmodules");
	const text = await readFile(file, "utf8");
	await writeFile(file, text.replace("for now", name));
	await world.publish(".", { "a.txt": "" });
}

async function sync() {
	const git = openGit(world);
	const { value: plan } = await finish(git.planSync({ signal }));
	return (await finish(git.applySync(plan, { signal }))).value;
}

async function undo(): Promise<void> {
	const git = openGit(world);
	await finish(git.applyUndo(await git.planUndo({ signal }), { signal }));
}

test("a submodule whose name leads out of the repository is left alone, and what it leads to too", async () => {
	const victim = join(world.root, "victim");
	await mkdir(victim);
	await writeFile(join(victim, "work.txt"), "mine\n");
	await publishSubmodule("../../../victim", "extra");
	const { submodules } = await sync();
	expect(submodules).toContainEqual({
		path: "extra",
		status: "skipped",
		from: null,
		to: null,
		reason: "git refuses its name: ../../../victim",
	});
	await undo();
	expect(await readFile(join(victim, "work.txt"), "utf8")).toBe("mine\n");
});

test("a submodule whose clone would be around those of others is left alone, and those too", async () => {
	const clone = world.path(".git/modules/reference/candle");
	await publishSubmodule("reference", "ref2");
	const { submodules } = await sync();
	expect(submodules).toContainEqual({
		path: "ref2",
		status: "skipped",
		from: null,
		to: null,
		reason: expect.stringContaining("would be inside of its own"),
	});
	await undo();
	expect(existsSync(clone)).toBe(true);
});

/** Begins a sync, and stops it when it checks a submodule out. `meanwhile`: just before. */
async function syncKilled(meanwhile = async () => {}): Promise<void> {
	const controller = new AbortController();
	const local = createLocalRunner({ env: world.env, cwd: world.folder });
	const runner: CommandRunner = {
		host: local.host,
		async start(spec, options) {
			if (spec.args.includes("update")) {
				await meanwhile();
				controller.abort(new Error("Ctrl-C"));
			}
			return local.start(spec, options);
		},
	};
	const git = openGit(world, { runner });
	const { value: plan } = await finish(git.planSync({ signal }));
	await expect(
		finish(git.applySync(plan, { signal: controller.signal })),
	).rejects.toThrow("Ctrl-C");
}

test("of a clone that was killed, only what it began goes", async () => {
	const clone = world.path(".git/modules/reference/candle");
	// Nothing describes them any more, so their names do not tell.
	await world.authorGit(".", "rm", "-qrf", "reference");
	await publishSubmodule("reference", "ref2");
	await syncKilled();
	await undo();
	expect(existsSync(join(clone, "HEAD"))).toBe(true);
});

test("half of a clone goes only from the folder of clones", async () => {
	await publishSubmodule("new", "ref2");
	const elsewhere = join(world.root, "elsewhere");
	await syncKilled(async () => {
		await world.git("init", "-q", "--bare", elsewhere);
		await symlink(elsewhere, world.path(".git/modules/new"));
	});
	await undo();
	expect(existsSync(join(elsewhere, "HEAD"))).toBe(true);
});

test("status tells of a submodule that nothing describes", async () => {
	await world.git("rm", "-q", "--cached", "reference/candle");
	const commit = (
		await world.at("reference/candle", "rev-parse", "HEAD")
	).trim();
	await world.git(
		...["update-index", "--add", "--cacheinfo"],
		`160000,${commit},stray`,
	);
	const states = await openGit(world).submodules({ signal });
	expect(states.map(({ path, state }) => [path, state])).toEqual([
		["reference/candle-vllm", "recorded"],
		["reference/llama.cpp", "recorded"],
		["reference/mistral.rs", "recorded"],
		["stray", "unreadable"],
	]);
	expect(states.at(-1)?.error?.message).toBe(
		"the submodule stray cannot be used: .gitmodules does not describe it",
	);
	const { value } = await finish(
		openGit(world).updateSubmodules({ names: [], goal: "recorded", signal }),
	);
	expect(value.submodules.at(-1)).toMatchObject({
		path: "stray",
		status: "skipped",
		reason: ".gitmodules does not describe it",
	});
});

test("without .gitmodules on disk, the one in the index counts, and in a conflict ours", async () => {
	const paths = async () =>
		(await openGit(world).submodules({ signal })).map(
			({ path, state }) => `${path} ${state}`,
		);
	const all = await paths();
	expect(all).toHaveLength(4);
	await rm(world.path(".gitmodules"));
	expect(await paths()).toEqual(all);

	await world.git("checkout", "-q", "--", ".gitmodules");
	const change = async (text: string) => {
		const file = world.path(".gitmodules");
		await writeFile(file, `${await readFile(file, "utf8")}# ${text}\n`);
		await world.git("commit", "-qam", text);
	};
	await world.git("switch", "-qc", "other");
	await change("theirs");
	await world.git("switch", "-q", "main");
	await change("ours");
	await expect(world.git("merge", "-q", "other")).rejects.toThrow();
	const status = await openGit(world).status({ signal });
	expect(status.changes.map(({ xy, path }) => `${xy} ${path}`)).toEqual([
		"UU .gitmodules",
	]);
	expect(await paths()).toEqual(all);
});
