import { existsSync } from "node:fs";
import { chmod, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { acquireLock } from "@llorch/run";
import { type GitWorld, makeGitWorld, snapshot } from "@llorch/testkit/git";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Git } from "../src/index.ts";
import { finish, openGit, signal } from "./open.ts";

let world: GitWorld;
beforeEach(async () => {
	world = await makeGitWorld({ nested: true });
});
afterEach(() => world.dispose());

const take = () => snapshot(world.folder, world.env);

async function sync(git: Git = openGit(world), branch?: string) {
	const { value: plan } = await finish(git.planSync({ branch, signal }));
	const { value } = await finish(git.applySync(plan, { signal }));
	return { plan, ...value };
}

async function undo(git: Git = openGit(world), id?: string) {
	const plan = await git.planUndo({ id, signal });
	return (await finish(git.applyUndo(plan, { signal }))).value;
}

test("nothing to do makes no entry", async () => {
	const { plan, kept, submodules } = await sync();
	expect(plan.empty).toBe(true);
	expect(kept).toBeNull();
	expect(submodules.every(({ status }) => status === "unchanged")).toBe(true);
	expect(await openGit(world).listUndo({ signal })).toEqual([]);
});

test("the remote's default branch is asked for, and other branches stay where they are", async () => {
	await world.publish(".", { "dev.txt": "" }, "dev");
	await world.at(
		"../remotes/llama-orch.git",
		"symbolic-ref",
		"HEAD",
		"refs/heads/dev",
	);
	await world.git("switch", "-qc", "topic");
	await world.git("commit", "-q", "--allow-empty", "-m", "Mine");
	const topic = await world.git("rev-parse", "topic");
	const before = take();
	const { plan, branch } = await sync();
	expect(branch).toBe("dev");
	expect(plan.losses).toEqual([]);
	expect(await world.git("rev-parse", "topic")).toBe(topic);
	expect(await world.git("status", "-sb")).toBe("## dev...origin/dev\n");
	await undo();
	expect(take()).toEqual(before);
	expect(await world.git("config", "--get-regexp", "^branch")).not.toContain(
		"dev",
	);
	await expect(sync(openGit(world), "nope")).rejects.toMatchObject({
		info: { code: "LLORCH_GIT_UNKNOWN_BRANCH" },
	});
});

test("a clone of a single branch goes to another, and fetches that from then on", async () => {
	const refspecs = () =>
		world.git("config", "--get-all", "remote.origin.fetch");
	await world.git("remote", "set-branches", "origin", "main");
	const before = { state: take(), refspecs: await refspecs() };
	const planned = await world.publish(".", { "dev.txt": "" }, "dev");
	const git = openGit(world);
	const { value: plan } = await finish(git.planSync({ branch: "dev", signal }));
	expect(plan.target.commit).toBe(planned);
	const latest = await world.publish(".", { "dev.txt": "more\n" }, "dev");
	expect((await sync(git, "dev")).commit).toBe(latest);
	expect(await world.git("status", "-sb")).toBe("## dev...origin/dev\n");
	expect(await refspecs()).toBe(
		`${before.refspecs}+refs/heads/dev:refs/remotes/origin/dev\n`,
	);
	await undo();
	await world.git("update-ref", "-d", "refs/remotes/origin/dev");
	expect({ state: take(), refspecs: await refspecs() }).toEqual(before);
	await expect(sync(git, "nope")).rejects.toMatchObject({
		info: { code: "LLORCH_GIT_UNKNOWN_BRANCH" },
	});
});

test("an undo takes back what was fetched, also where nothing else had to be done", async () => {
	await world.authorGit(".", "tag", "v1");
	await world.authorGit(".", "push", "-q", "origin", "v1", "main:theirs");
	await world.write({ "reference/candle/README.md": "mine\n" });
	const before = take();
	await sync();
	expect(await world.git("tag")).toBe("v1\n");
	await undo();
	expect(take()).toEqual(before);
});

test("untracked files come back where upstream has put a submodule since", async () => {
	await world.authorGit(
		".",
		...["submodule", "--quiet", "add", "../llama.cpp.git", "new"],
	);
	await world.authorGit(".", "commit", "-qam", "New");
	await world.authorGit(".", "push", "-q", "origin", "HEAD");
	for (const mine of ["new/deep/file.txt", "new"]) {
		await rm(world.path("new"), { recursive: true, force: true });
		await world.write({ [mine]: "mine\n" });
		const before = take();
		await sync();
		expect(await world.read("new/README.md")).toBe("# llama.cpp\n");
		await undo();
		expect(take()).toEqual(before);
	}
});

test("an undo can be undone, and later work is kept", async () => {
	await world.write({ "README.md": "mine\n" });
	await world.publish(".", { "later.txt": "theirs\n" });
	const before = take();
	await sync();
	const synced = take();
	await world.write({ "README.md": "work after the sync\n" });
	await world.git("branch", "made-later");
	const git = openGit(world);
	const plan = await git.planUndo({ signal });
	expect(plan.losses).toEqual([
		expect.objectContaining({
			path: ".",
			files: [{ path: "README.md", what: "modified" }],
		}),
	]);
	const { entry } = (await finish(git.applyUndo(plan, { signal }))).value;
	expect(take()["."]?.files).toEqual(before["."]?.files);
	expect(await world.git("branch", "--list", "made-later")).not.toBe("");
	await expect(git.planUndo({ signal })).rejects.toMatchObject({
		info: { code: "LLORCH_GIT_NOTHING_TO_UNDO" },
	});
	await undo(git, entry);
	expect(await world.read("README.md")).toBe("work after the sync\n");
	await world.git("checkout", "-q", "README.md");
	await world.git("branch", "-qD", "made-later");
	expect(take()).toEqual(synced);
	await undo(git);
	expect(take()).toEqual(before);
});

test("large files are moved, not copied, and come back", async () => {
	const large = "x".repeat(3000);
	await world.write({
		"README.md": large,
		"untracked.bin": large,
		"target/debug/x.o": large,
	});
	await world.publish(".", {
		"target/debug": "a file where a folder of ours is\n",
	});
	const before = take();
	const git = openGit(world, { maxFile: 1000 });
	const { kept } = await sync(git);
	expect(kept).toMatchObject({
		moved: [
			{ path: "README.md", size: 3000 },
			{ path: "target/debug/x.o", size: 3000 },
		],
	});
	expect(await world.read("untracked.bin")).toBe(large);
	await undo(git);
	expect(take()).toEqual(before);
	expect(await world.read("target/debug/x.o")).toBe(large);
});

test("a submodule that was not checked out is so again after an undo", async () => {
	await world.git("submodule", "deinit", "-f", "reference/candle");
	await rm(join(world.folder, ".git/modules/reference/candle"), {
		recursive: true,
	});
	const before = take();
	const { submodules } = await sync();
	expect(
		submodules.find(({ path }) => path === "reference/candle"),
	).toMatchObject({ status: "checked-out" });
	expect(await world.read("reference/candle/kernels/kernel.cu")).toBe(
		"__global__\n",
	);
	await world.write({
		"reference/candle/README.md": "work\n",
		"reference/candle/new.txt": "work\n",
	});
	const { entry } = await undo();
	expect(take()).toEqual(before);
	expect(await world.tree("reference/candle")).toEqual([]);
	await undo(openGit(world), entry);
	expect(await world.read("reference/candle/README.md")).toBe("work\n");
	expect(await world.read("reference/candle/kernels/kernel.cu")).toBe(
		"__global__\n",
	);
});

test("a clone without an index, as one killed before its checkout, is so again after an undo", async () => {
	await rm(join(world.folder, ".git/modules/reference/llama.cpp/index"));
	await world.write({ "reference/llama.cpp/new.txt": "work\n" });
	const before = take();
	await sync();
	expect(await world.at("reference/llama.cpp", "status", "--short")).toBe(
		"?? new.txt\n",
	);
	await undo();
	expect(take()).toEqual(before);
});

test("a submodule with a new address, one with a new path, one that went", async () => {
	await rename(world.remote("candle-vllm"), world.remote("vllm-moved"));
	await world.authorGit(
		".",
		"submodule",
		"--quiet",
		"set-url",
		"reference/candle-vllm",
		"../vllm-moved.git",
	);
	await world.authorGit(
		"reference/candle-vllm",
		"remote",
		"set-url",
		"origin",
		world.remote("vllm-moved"),
	);
	await world.publish("reference/candle-vllm", { "new.rs": "" });
	await world.authorGit(".", "add", ".gitmodules");
	await world.authorGit(".", "mv", "reference/mistral.rs", "reference/mistral");
	await world.authorGit(".", "rm", "-qf", "reference/llama.cpp");
	await world.publish(".", { x: "" });
	await world.write({
		"reference/candle-vllm/README.md": "mine\n",
		"reference/mistral.rs/README.md": "mine\n",
		"reference/llama.cpp/README.md": "mine\n",
	});
	const before = take();
	const { plan, submodules } = await sync();
	expect(plan.losses.map(({ path }) => path)).toEqual([
		"reference/candle-vllm",
		"reference/mistral.rs",
	]);
	expect(
		submodules.map(({ path, status, reason }) => [path, status, reason]),
	).toEqual([
		["reference/candle", "unchanged", undefined],
		["reference/candle-vllm", "moved", undefined],
		["reference/candle/kernels", "unchanged", undefined],
		[
			"reference/llama.cpp",
			"skipped",
			"no longer a submodule there; its folder stays",
		],
		["reference/mistral", "checked-out", undefined],
	]);
	expect(await world.read("reference/llama.cpp/README.md")).toBe("mine\n");
	expect(existsSync(join(world.folder, "reference/mistral.rs"))).toBe(false);
	await undo();
	expect(take()).toEqual(before);
});

test("a repository of its own in the way stops everything", async () => {
	await world.at(".", "init", "-q", "tools");
	await world.write({ "README.md": "mine\n" });
	await world.publish(".", { tools: "a file\n" });
	const before = take();
	await expect(sync()).rejects.toMatchObject({
		info: {
			code: "LLORCH_GIT_IN_THE_WAY",
			message: expect.stringContaining("tools is a repository"),
		},
	});
	await world.publish(".", { "reference/candle.txt": "" });
	await world.authorGit(".", "rm", "-qrf", "reference/candle");
	await world.publish(".", { "reference/candle/file.txt": "files now\n" });
	await rm(join(world.folder, "tools"), { recursive: true });
	await expect(sync()).rejects.toMatchObject({
		info: {
			code: "LLORCH_GIT_IN_THE_WAY",
			message: expect.stringContaining("reference/candle"),
		},
	});
	expect(take()["."]?.index).toEqual(before["."]?.index);
	expect(await world.read("README.md")).toBe("mine\n");
});

test.skipIf(process.getuid?.() === 0)(
	"what cannot be read cannot be kept, so nothing is done",
	async () => {
		await world.write({ "README.md": "mine\n" });
		await chmod(join(world.folder, "README.md"), 0o000);
		await expect(sync()).rejects.toMatchObject({
			info: { code: "LLORCH_GIT_CANNOT_KEEP" },
		});
	},
);

test("something that is no file cannot be kept, so nothing is done", async () => {
	const { execFileSync } = await import("node:child_process");
	await rm(join(world.folder, "README.md"));
	execFileSync("mkfifo", [join(world.folder, "README.md")]);
	await expect(sync()).rejects.toMatchObject({
		info: {
			code: "LLORCH_GIT_CANNOT_KEEP",
			message:
				"README.md would be lost and cannot be kept: it is neither a file nor a link",
		},
	});
	expect(await openGit(world).listUndo({ signal })).toEqual([]);
	expect(await world.git("for-each-ref", "refs/llorch")).toBe("");
});

test("work that was not shown is not thrown away", async () => {
	await world.write({ "README.md": "mine\n" });
	const git = openGit(world);
	const { value: plan } = await finish(git.planSync({ signal }));
	await world.write({ "Cargo.toml": "written while we were asked\n" });
	await expect(finish(git.applySync(plan, { signal }))).rejects.toMatchObject({
		info: {
			code: "LLORCH_GIT_CHANGED_MEANWHILE",
			message: "Cargo.toml changed since you were asked",
		},
	});
	expect(await world.read("README.md")).toBe("mine\n");
	expect(await git.listUndo({ signal })).toEqual([]);
});

test("commits made since the question are not thrown away, also those of a submodule", async () => {
	const git = openGit(world);
	await world.publish("reference/candle", { "a.txt": "" });
	await world.record("reference/candle");
	for (const folder of [".", "reference/candle"]) {
		const { value: plan } = await finish(git.planSync({ signal }));
		await world.write({ [`${folder}/README.md`]: "mine\n" });
		await world.at(folder, "commit", "-qam", "Mine");
		const mine = await world.at(folder, "rev-parse", "HEAD");
		await expect(finish(git.applySync(plan, { signal }))).rejects.toMatchObject(
			{
				info: {
					code: "LLORCH_GIT_CHANGED_MEANWHILE",
					message: `there are new commits in ${folder === "." ? "the repository" : folder} since you were asked`,
				},
			},
		);
		expect(await world.at(folder, "rev-parse", "HEAD")).toBe(mine);
	}
	expect(await git.listUndo({ signal })).toEqual([]);
});

test("one at a time; and not beside another git", async () => {
	await world.write({ "README.md": "mine\n" });
	await mkdir(join(world.folder, ".git/llorch"));
	const lock = await acquireLock(join(world.folder, ".git/llorch/lock"));
	await expect(sync()).rejects.toMatchObject({
		info: { code: "LLORCH_LOCKED" },
	});
	await lock.release();
	const git = openGit(world);
	const { value: plan } = await finish(git.planSync({ signal }));
	await world.write({ ".git/index.lock": "" });
	await expect(finish(git.applySync(plan, { signal }))).rejects.toMatchObject({
		info: { code: "LLORCH_GIT_BUSY" },
	});
	await rm(join(world.folder, ".git/index.lock"));
	const [one, two] = await Promise.allSettled([sync(), sync()]);
	const failures = [one, two].filter(({ status }) => status === "rejected");
	for (const failure of failures)
		expect(failure).toMatchObject({
			reason: {
				info: {
					code: expect.stringMatching(
						/^LLORCH_(LOCKED|GIT_CHANGED_MEANWHILE|GIT_FETCH_FAILED|GIT_FAILED)$/,
					),
				},
			},
		});
	expect(failures.length).toBeLessThan(2);
	expect(await world.git("status", "--porcelain")).toBe("");
});

test("an inner submodule that was switched off stays so, whether there is something to do or not", async () => {
	const off = [
		["submodule.kernels.active", "false"],
		["submodule.kernels.update", "none"],
	] as const;
	await world.at("reference/candle", "submodule", "deinit", "-f", "kernels");
	for (const pair of off) await world.at("reference/candle", "config", ...pair);
	for (const dirt of [{}, { "reference/candle/README.md": "mine\n" }]) {
		await world.write(dirt);
		const { submodules } = await sync();
		expect(
			submodules.filter(({ path }) => path === "reference/candle/kernels"),
		).toMatchObject([
			{ status: "skipped", reason: "submodule.kernels.update is none" },
		]);
		expect(existsSync(world.path("reference/candle/kernels/.git"))).toBe(false);
		for (const [key, value] of off)
			expect(await world.at("reference/candle", "config", key)).toBe(
				`${value}\n`,
			);
	}
});

test("a submodule that cannot be fetched is a failed row; the rest is done", async () => {
	await world.publish("reference/candle", { "new.rs": "" });
	await world.publish("reference/mistral.rs", { "new.rs": "" });
	await world.record("reference/candle", "reference/mistral.rs");
	await world.git("submodule", "deinit", "-f", "reference/llama.cpp");
	await rm(join(world.folder, ".git/modules/reference/llama.cpp"), {
		recursive: true,
	});
	for (const name of ["candle", "llama.cpp"])
		await rename(world.remote(name), `${world.remote(name)}.away`);
	const before = take();
	const { submodules } = await sync();
	expect(submodules.map(({ path, status }) => [path, status])).toEqual([
		["reference/candle", "failed"],
		["reference/candle-vllm", "unchanged"],
		["reference/llama.cpp", "failed"],
		["reference/mistral.rs", "moved"],
	]);
	for (const name of ["candle", "llama.cpp"])
		await rename(`${world.remote(name)}.away`, world.remote(name));
	const again = await sync();
	expect(
		again.submodules.find(({ path }) => path === "reference/candle"),
	).toMatchObject({ status: "moved" });
	expect(
		again.submodules.find(({ path }) => path === "reference/llama.cpp"),
	).toMatchObject({ status: "checked-out" });
	await undo();
	await undo();
	expect(take()).toEqual(before);
});

test("entries expire, can be listed with their size, and go with all they held", async () => {
	await world.write({ "README.md": "mine\n" });
	const day = 86_400_000;
	let now = Date.UTC(2026, 0, 2, 3, 4, 5);
	const git = openGit(world, {
		clock: { now: () => now, sleep: async () => {} },
	});
	await sync(git);
	await undo(git);
	expect(await git.listUndo({ signal })).toMatchObject([
		{
			id: "20260102T030405Z-2",
			action: "undo",
			until: "2026-02-01T03:04:05.000Z",
			undoneBy: null,
		},
		{
			id: "20260102T030405Z",
			action: "sync",
			state: "done",
			undoneBy: "20260102T030405Z-2",
			repositories: ["."],
		},
	]);
	expect((await git.listUndo({ signal }))[0]?.size).toBeGreaterThan(100);
	now += 29 * day;
	expect(await git.pruneUndo({ signal })).toEqual([]);
	now += 2 * day;
	await world.write({ "README.md": "mine again\n" });
	await sync(git);
	expect((await git.listUndo({ signal })).map(({ id }) => id)).toEqual([
		"20260202T030405Z",
	]);
	expect(await world.git("for-each-ref", "refs/llorch")).not.toContain(
		"20260102",
	);
	expect(await git.pruneUndo({ all: true, signal })).toEqual([
		"20260202T030405Z",
	]);
	expect(await world.git("for-each-ref", "refs/llorch")).toBe("");
});

test("plain git can read what was kept", async () => {
	await world.write({ "README.md": "mine\n", "new.txt": "new\n" });
	const { kept } = await sync();
	const ref = `refs/llorch/undo/${kept?.entry}/worktree`;
	expect(await world.git("show", `${ref}:README.md`)).toBe("mine\n");
	expect(await world.git("show", `${ref}:new.txt`)).toBe("new\n");
	await world.git("gc", "-q", "--prune=now");
	await undo();
	expect(await world.read("README.md")).toBe("mine\n");
});

test("a damaged entry does not stop the others, and says where the work still is", async () => {
	await world.write({ "README.md": "mine\n" });
	const { kept } = await sync();
	await world.write({ [`.git/llorch/undo/${kept?.entry}/manifest.json`]: "{" });
	const git = openGit(world);
	expect(await git.listUndo({ signal })).toEqual([]);
	await expect(git.planUndo({ id: kept?.entry, signal })).rejects.toMatchObject(
		{
			info: { code: "LLORCH_GIT_UNDO_INVALID" },
		},
	);
	await world.write({
		[`.git/llorch/undo/${kept?.entry}/manifest.json`]: '{"version":2}',
	});
	await expect(git.planSync({ signal }).next()).rejects.toMatchObject({
		info: { code: "LLORCH_GIT_UNDO_TOO_NEW" },
	});
});

test("a submodule with a .git folder of its own that upstream has moved stops everything, with a way on", async () => {
	const path = "reference/candle-vllm";
	await rm(world.path(path, ".git"));
	await rename(world.path(".git/modules", path), world.path(path, ".git"));
	const config = world.path(path, ".git/config");
	await world.git("config", "-f", config, "--unset", "core.worktree");
	await world.authorGit(".", "mv", path, "reference/vllm");
	await world.publish(".", { "a.txt": "" });
	await expect(sync()).rejects.toMatchObject({
		info: {
			code: "LLORCH_GIT_IN_THE_WAY",
			details: { path },
			hint: expect.stringContaining("absorbgitdirs"),
		},
	});
	expect(await openGit(world).listUndo({ signal })).toEqual([]);
	await world.git("submodule", "absorbgitdirs", path);
	await sync();
	expect(existsSync(world.path("reference/vllm/.git"))).toBe(true);
});

test("a commit that a killed fetch has left without its files is fetched again", async () => {
	const commit = await world.publish("reference/candle", { "new.rs": "new\n" });
	await world.record("reference/candle");
	const lone = await world.authorGit(
		"reference/candle",
		...["cat-file", "commit", commit],
	);
	await world.write({ "../lone": lone });
	const written = await world.at(
		"reference/candle",
		...["hash-object", "-t", "commit", "-w", world.path("../lone")],
	);
	expect(written.trim()).toBe(commit);
	const { submodules } = await sync();
	expect(submodules).toContainEqual(
		expect.objectContaining({ path: "reference/candle", to: commit }),
	);
	expect(await world.at("reference/candle", "show", "HEAD:new.rs")).toBe(
		"new\n",
	);
});
