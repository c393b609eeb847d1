import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type GitWorld, makeGitWorld } from "@llorch/testkit/git";
import { afterEach, beforeEach, expect, test } from "vitest";
import { finish, openGit, signal } from "./open.ts";

// What git ignores is nowhere but on this disk, and git overwrites it without a word.

let world: GitWorld;
beforeEach(async () => {
	world = await makeGitWorld();
});
afterEach(() => world.dispose());

const pull = async () => (await finish(openGit(world).pull({ signal }))).value;

const inTheWay = (message: string) => ({
	status: "failed",
	error: { code: "LLORCH_GIT_CHANGES_IN_THE_WAY", message },
});

test("a fast-forward stops before an ignored file that the remote tracks", async () => {
	await world.write({ "notes.log": "mine\n" });
	await world.publish(".", { "notes.log": "theirs\n" });
	expect((await pull()).repository).toMatchObject(
		inTheWay("files that git ignores are in the way: notes.log"),
	);
	expect(await world.read("notes.log")).toBe("mine\n");
});

test.each(["true", "false"])(
	"own commits do not make an ignored file go (pull.rebase=%s)",
	async (rebase) => {
		await world.git("config", "pull.rebase", rebase);
		await world.write({ "mine.txt": "" });
		await world.git("add", "mine.txt");
		await world.git("commit", "-qm", "Mine");
		await world.write({ "target/a/b": "mine\n" });
		await world.publish(".", { target: "a file now\n" });
		expect((await pull()).repository).toMatchObject(
			inTheWay("files that git ignores are in the way: target/a/b"),
		);
		expect(await world.read("target/a/b")).toBe("mine\n");
	},
);

test("a rebase does not pass over an ignored file that an own commit once had", async () => {
	await world.write({ "notes.log": "committed\n" });
	await world.git("add", "-f", "notes.log");
	await world.git("commit", "-qm", "With");
	await world.git("rm", "-q", "notes.log");
	await world.git("commit", "-qm", "Without");
	await world.write({ "notes.log": "mine\n" });
	await world.publish(".", { "a.txt": "" });
	expect((await pull()).repository).toMatchObject(
		inTheWay("files that git ignores are in the way: notes.log"),
	);
	expect(await world.read("notes.log")).toBe("mine\n");
});

test("an update of a submodule stops before an ignored file, on a branch, detached, or as git merges", async () => {
	const path = "reference/candle";
	const file = join(world.folder, path, "notes.log");
	await writeFile(file, "mine\n");
	await world.publish(path, { "notes.log": "theirs\n" });
	const git = openGit(world);
	for (const prepare of [
		["config", "x.y", "detached"],
		["switch", "-q", "main"],
		[
			"config",
			"-f",
			"../../.git/config",
			"submodule.reference/candle.update",
			"merge",
		],
	]) {
		await world.at(path, ...prepare);
		const { value } = await finish(
			git.updateSubmodules({ names: ["candle"], goal: "tip", signal }),
		);
		expect(value.submodules).toMatchObject([
			inTheWay(`files that git ignores are in the way in ${path}: notes.log`),
		]);
		expect(await world.read(`${path}/notes.log`)).toBe("mine\n");
	}
});

test("a switch of a submodule stops before an ignored file", async () => {
	const path = "reference/candle";
	await world.write({ [`${path}/notes.log`]: "mine\n" });
	await world.publish(path, { "notes.log": "theirs\n" }, "dev");
	await expect(
		finish(
			openGit(world).switchSubmodule({ name: "candle", branch: "dev", signal }),
		),
	).rejects.toMatchObject({
		info: {
			message: `files that git ignores are in the way in ${path}: notes.log`,
		},
	});
	expect(await world.read(`${path}/notes.log`)).toBe("mine\n");
});

test("a sync takes what is in its way, and an undo brings it back", async () => {
	await world.write({ "notes.log": "mine\n", "target/a/b": "mine\n" });
	await world.publish(".", { "notes.log": "theirs\n", target: "a file\n" });
	const git = openGit(world);
	const { value: plan } = await finish(git.planSync({ signal }));
	expect(plan.losses[0]?.files).toEqual([
		{ path: "notes.log", what: "ignored" },
		{ path: "target/a/b", what: "ignored" },
	]);
	await finish(git.applySync(plan, { signal }));
	expect(await world.read("notes.log")).toBe("theirs\n");
	await finish(git.applyUndo(await git.planUndo({ signal }), { signal }));
	expect(await world.read("notes.log")).toBe("mine\n");
	expect(await world.read("target/a/b")).toBe("mine\n");
});

test("an unborn branch names what is in the way of its first commit", async () => {
	const folder = join(world.root, "unborn");
	await world.at("..", "init", "-q", "-b", "main", folder);
	const at = (...args: string[]) => world.at("../unborn", ...args);
	await at("remote", "add", "origin", world.remote("llama-orch"));
	await at("config", "branch.main.remote", "origin");
	await at("config", "branch.main.merge", "refs/heads/main");
	await writeFile(join(folder, "README.md"), "mine\n");
	const { value } = await finish(openGit(world, { folder }).pull({ signal }));
	expect(value.repository).toMatchObject(
		inTheWay("your uncommitted changes are in the way: README.md"),
	);
});
