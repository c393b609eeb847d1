import { existsSync } from "node:fs";
import { type GitWorld, makeGitWorld } from "@llorch/testkit/git";
import { afterEach, beforeEach, expect, test } from "vitest";
import { finish, openGit, signal } from "./open.ts";

// The clone of a submodule that is not checked out may hold work too: git goes over its HEAD and its index.

let world: GitWorld;
beforeEach(async () => {
	world = await makeGitWorld();
});
afterEach(() => world.dispose());

const PATH = "reference/candle";

const clone = (...args: string[]) =>
	world.git(`--git-dir=${world.path(".git/modules", PATH)}`, ...args);
const state = async () => ({
	head: await clone("rev-parse", "HEAD"),
	index: await clone("ls-files", "-s"),
});

async function commit(): Promise<void> {
	await world.at(PATH, "commit", "-q", "--allow-empty", "-m", "Mine");
}
async function stage(): Promise<void> {
	await world.write({ [`${PATH}/new.rs`]: "mine\n" });
	await world.at(PATH, "add", "new.rs");
}
const deinit = () => world.git("submodule", "--quiet", "deinit", "-f", PATH);

const pull = async () => (await finish(openGit(world).pull({ signal }))).value;
const rowOf = async (path: string) =>
	(await pull()).submodules.find((row) => row.path === path);

test.each(["sync", "reset"])(
	"%s shows and keeps what only the clone of a submodule holds",
	async (action) => {
		await commit();
		await stage();
		await deinit();
		const before = await state();
		const git = openGit(world);
		const losses = [
			{
				path: PATH,
				commits: [{ subject: "Mine" }],
				files: [{ path: "new.rs", what: "staged" }],
			},
		];
		if (action === "sync") {
			const { value: plan } = await finish(git.planSync({ signal }));
			expect(plan.losses).toMatchObject(losses);
			await finish(git.applySync(plan, { signal }));
		} else {
			const { value: plan } = await finish(
				git.planReset({ name: "candle", signal }),
			);
			expect(plan.losses).toMatchObject(losses);
			await finish(git.applyReset(plan, { signal }));
		}
		const after = await state();
		expect(after).not.toEqual(before);
		await clone("reflog", "expire", "--expire=now", "--all");
		await clone("gc", "-q", "--prune=now");
		const undo = await git.planUndo({ signal });
		const { value } = await finish(git.applyUndo(undo, { signal }));
		expect(await state()).toEqual(before);
		expect(await clone("cat-file", "-p", ":new.rs")).toBe("mine\n");
		expect(existsSync(world.path(PATH, ".git"))).toBe(false);

		const again = await git.planUndo({ id: value.entry, signal });
		await finish(git.applyUndo(again, { signal }));
		expect(await state()).toEqual(after);
		expect(existsSync(world.path(PATH, ".git"))).toBe(true);
	},
);

test("a pull leaves such a clone as it is", async () => {
	await commit();
	await deinit();
	let before = await state();
	expect(await rowOf(PATH)).toMatchObject({
		status: "failed",
		error: {
			code: "LLORCH_GIT_COMMITS_AT_RISK",
			hint: expect.stringContaining("branch NAME HEAD"),
		},
	});
	expect(await state()).toEqual(before);

	await clone("branch", "mine", "HEAD");
	expect(await rowOf(PATH)).toMatchObject({ status: "checked-out" });
	await stage();
	await deinit();
	before = await state();
	expect(await rowOf(PATH)).toMatchObject({
		status: "failed",
		error: {
			code: "LLORCH_GIT_CHANGES_IN_THE_WAY",
			run: ["git", "submodules", "reset", PATH],
		},
	});
	expect(await state()).toEqual(before);
});

test("files in the folder of a submodule that is not checked out stay, and are named", async () => {
	await deinit();
	await world.write({ [`${PATH}/README.md`]: "mine\n" });
	expect(await rowOf(PATH)).toMatchObject({
		status: "failed",
		error: { code: "LLORCH_GIT_IN_THE_WAY", details: { files: ["README.md"] } },
	});
	await expect(
		finish(openGit(world).planSync({ signal })),
	).rejects.toMatchObject({ info: { code: "LLORCH_GIT_IN_THE_WAY" } });
	expect(await world.read(`${PATH}/README.md`)).toBe("mine\n");
});

test("a submodule that upstream has moved goes along with a pull, unless it holds work", async () => {
	await world.authorGit(".", "mv", PATH, "moved");
	await world.publish(".", { "a.txt": "" });
	await commit();
	expect(await rowOf("moved")).toMatchObject({
		status: "failed",
		error: { code: "LLORCH_GIT_COMMITS_AT_RISK" },
	});
	await world.at(PATH, "switch", "-qc", "mine");
	await stage();
	const before = await state();
	expect(await rowOf("moved")).toMatchObject({
		status: "failed",
		error: { code: "LLORCH_GIT_CHANGES_IN_THE_WAY" },
	});
	expect(await state()).toEqual(before);

	await world.at(PATH, "commit", "-qm", "Mine too");
	await world.write({ [`${PATH}/notes.log`]: "ignored\n" });
	expect(await rowOf("moved")).toMatchObject({ status: "checked-out" });
	expect(await world.git("submodule", "status", "moved")).toMatch(/^ /);
	expect(existsSync(world.path(PATH, ".git"))).toBe(false);
	expect(await world.read(`${PATH}/notes.log`)).toBe("ignored\n");
});
