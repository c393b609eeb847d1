import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { type GitWorld, makeGitWorld, snapshot } from "@llorch/testkit/git";
import { afterEach, beforeEach, expect, test } from "vitest";
import { finish, openGit, signal } from "./open.ts";

let world: GitWorld;
beforeEach(async () => {
	world = await makeGitWorld({ nested: true });
});
afterEach(() => world.dispose());

const pull = async () => (await finish(openGit(world).pull({ signal }))).value;
const row = (rows: readonly { path: string }[], path: string) =>
	rows.find((one) => one.path === path);

test("uncommitted changes in the way are named, and nothing else is stopped", async () => {
	await world.publish("reference/candle", { "README.md": "theirs\n" });
	await world.publish("reference/mistral.rs", { "new.rs": "" });
	await world.record("reference/candle", "reference/mistral.rs");
	await world.publish(".", { "README.md": "theirs\n" });
	await world.write({
		"README.md": "mine\n",
		"reference/candle/README.md": "mine\n",
		"reference/mistral.rs/README.md": "mine, elsewhere\n",
	});
	const before = snapshot(world.folder, world.env)["."]?.files;
	const { repository, submodules } = await pull();
	expect(repository).toMatchObject({
		status: "failed",
		error: {
			code: "LLORCH_GIT_CHANGES_IN_THE_WAY",
			message: "your uncommitted changes are in the way: README.md",
		},
	});
	expect(submodules.every(({ status }) => status === "unchanged")).toBe(true);
	expect(snapshot(world.folder, world.env)["."]?.files).toEqual(before);

	await world.git("checkout", "-q", "README.md");
	const again = await pull();
	expect(again.repository.status).toBe("fast-forward");
	expect(row(again.submodules, "reference/candle")).toMatchObject({
		status: "failed",
		error: {
			code: "LLORCH_GIT_CHANGES_IN_THE_WAY",
			details: { files: ["README.md"] },
		},
	});
	expect(row(again.submodules, "reference/mistral.rs")).toMatchObject({
		status: "moved",
	});
	expect(await world.read("reference/mistral.rs/README.md")).toBe(
		"mine, elsewhere\n",
	);
});

test("a conflict changes nothing; unrelated dirt survives a rebase", async () => {
	await world.publish(".", { "README.md": "theirs\n" });
	await world.write({ "README.md": "mine\n" });
	await world.git("commit", "-qam", "Mine");
	await world.write({ "Cargo.toml": "dirty\n", "untracked.txt": "" });
	const before = snapshot(world.folder, world.env);
	expect((await pull()).repository).toMatchObject({
		status: "failed",
		error: { code: "LLORCH_GIT_CONFLICT", details: { files: ["README.md"] } },
	});
	const after = snapshot(world.folder, world.env);
	expect(after["."]?.files).toEqual(before["."]?.files);
	expect(after["."]?.head).toEqual(before["."]?.head);

	await world.git("reset", "-q", "--soft", "HEAD~1");
	await world.git("restore", "--staged", "--worktree", "README.md");
	await world.write({ "mine.txt": "mine\n" });
	await world.git("add", "mine.txt");
	await world.git("commit", "-qm", "Mine again", "--", "mine.txt");
	expect((await pull()).repository).toMatchObject({
		status: "rebased",
		own: 1,
		files: [{ path: "README.md", letter: "M" }],
	});
	expect(await world.read("Cargo.toml")).toBe("dirty\n");
	expect(await world.git("status", "--porcelain")).toBe(
		" M Cargo.toml\n?? untracked.txt\n",
	);
});

test("as git is configured: merge, or fast-forward only", async () => {
	await world.publish(".", { "later.txt": "" });
	await world.git("commit", "-q", "--allow-empty", "-m", "Mine");
	await world.git("config", "pull.ff", "only");
	expect((await pull()).repository).toMatchObject({
		status: "failed",
		error: {
			code: "LLORCH_GIT_CONFLICT",
			message: 'main has 1 commit of its own, and pull.ff is "only"',
		},
	});
	await world.git("config", "--unset", "pull.ff");
	await world.git("config", "pull.rebase", "false");
	expect((await pull()).repository).toMatchObject({ status: "merged" });
	await world.git("config", "branch.main.rebase", "merges");
	await world.publish(".", { "later still.txt": "" });
	expect((await pull()).repository).toMatchObject({ status: "rebased" });
	await world.publish(".", { "README.md": "theirs\n" });
	await world.write({ "README.md": "mine\n" });
	await world.git("commit", "-qam", "Mine");
	await world.git("config", "branch.main.rebase", "false");
	expect((await pull()).repository).toMatchObject({
		status: "failed",
		error: { code: "LLORCH_GIT_CONFLICT" },
	});
	expect(await world.git("status", "--porcelain")).toBe("");
});

test("commits of a submodule that only its detached HEAD holds are not left behind", async () => {
	await world.publish("reference/candle", { "new.rs": "" });
	await world.record("reference/candle");
	await world.at(
		"reference/candle",
		"commit",
		"-q",
		"--allow-empty",
		"-m",
		"Mine",
	);
	const { submodules } = await pull();
	expect(row(submodules, "reference/candle")).toMatchObject({
		status: "failed",
		error: {
			code: "LLORCH_GIT_COMMITS_AT_RISK",
			message: "reference/candle has a commit that no branch holds",
			hint: `Give it a branch: git -C '${join(world.folder, "reference/candle")}' switch -c NAME`,
		},
	});
	await world.at("reference/candle", "switch", "-qc", "mine");
	expect(row((await pull()).submodules, "reference/candle")).toMatchObject({
		status: "moved",
	});
});

test("what is left alone on purpose is said; a missing remote fails its own submodule only", async () => {
	await world.publish("reference/candle", { "new.rs": "" });
	await world.publish("reference/llama.cpp", { "new.cpp": "" });
	await world.record("reference/candle", "reference/llama.cpp");
	await world.git("config", "submodule.reference/candle-vllm.update", "none");
	await world.git("submodule", "deinit", "-f", "reference/mistral.rs");
	await rename(world.remote("llama.cpp"), `${world.remote("llama.cpp")}.away`);
	const { repository, submodules } = await pull();
	expect(repository.status).toBe("fast-forward");
	expect(
		submodules.map(({ path, status, reason, error }) => [
			path,
			status,
			reason ?? error?.code,
		]),
	).toEqual([
		["reference/candle", "moved", undefined],
		["reference/candle/kernels", "unchanged", undefined],
		[
			"reference/candle-vllm",
			"skipped",
			"submodule.reference/candle-vllm.update is none",
		],
		["reference/llama.cpp", "failed", "LLORCH_GIT_FETCH_FAILED"],
		["reference/mistral.rs", "checked-out", undefined],
	]);
});

test("a submodule at a commit that nobody pushed says so", async () => {
	await world.authorGit(
		"reference/candle",
		"commit",
		"-q",
		"--allow-empty",
		"-m",
		"not pushed",
	);
	await world.record("reference/candle");
	const { submodules } = await pull();
	expect(row(submodules, "reference/candle")).toMatchObject({
		status: "failed",
		error: {
			code: "LLORCH_GIT_FETCH_FAILED",
			hint: "Whoever recorded it has to push it there first.",
		},
	});
	const status = await openGit(world).status({ signal });
	expect(row(status.submodules, "reference/candle")).toMatchObject({
		state: "unfetched",
	});
});

test("without a network it fails at once, and says what to check", async () => {
	await world.git("remote", "set-url", "origin", "/nowhere/at/all");
	await expect(pull()).rejects.toMatchObject({
		info: {
			code: "LLORCH_GIT_FETCH_FAILED",
			hint: expect.stringContaining("git remote -v"),
		},
	});
	await world.git("branch", "--unset-upstream");
	await world.git("remote", "set-url", "origin", world.remote("llama-orch"));
	await expect(pull()).rejects.toMatchObject({
		info: {
			code: "LLORCH_GIT_NO_UPSTREAM",
			message: "main follows no branch of origin",
			hint: "Let it follow origin/main: git branch -u origin/main main",
		},
	});
	await world.git("switch", "-qc", "mine");
	await expect(pull()).rejects.toMatchObject({
		info: { hint: expect.stringContaining("git push -u origin mine") },
	});
});

test("a branch that follows a local one comes together with that, not with the remote's", async () => {
	await world.publish(".", { "theirs.txt": "" });
	await world.git("switch", "-qc", "feat", "--track", "main");
	expect((await pull()).repository).toMatchObject({
		upstream: "main",
		status: "unchanged",
	});
	await world.git("switch", "-q", "main");
	await world.git("commit", "-q", "--allow-empty", "-m", "On main");
	await world.git("switch", "-q", "feat");
	expect((await pull()).repository).toMatchObject({
		status: "fast-forward",
		commits: [{ subject: "On main" }],
	});
	await world.git("branch", "-qD", "main");
	await expect(pull()).rejects.toMatchObject({
		info: {
			code: "LLORCH_GIT_NO_UPSTREAM",
			message: "the local branch main, which feat follows, is gone",
		},
	});
	await world.git("config", "branch.feat.remote", "https://me:key@host/x.git");
	await expect(pull()).rejects.toMatchObject({
		info: {
			code: "LLORCH_GIT_NO_UPSTREAM",
			message: `feat follows https://***@host/x.git, which is no remote of ${world.folder}`,
		},
	});
});

test("a submodule on the branch that it follows moves along with it, unless it has gone its own way", async () => {
	await world.at("reference/candle", "switch", "-q", "main");
	await world.publish("reference/candle", { "new.rs": "" });
	const update = async () =>
		(
			await finish(
				openGit(world).updateSubmodules({
					names: ["candle"],
					goal: "tip",
					signal,
				}),
			)
		).value.submodules[0];
	expect(await update()).toMatchObject({ status: "moved" });
	expect(await world.at("reference/candle", "status", "-sb")).toBe(
		"## main...origin/main\n",
	);
	await world.at(
		"reference/candle",
		"commit",
		"-q",
		"--allow-empty",
		"-m",
		"Mine",
	);
	await world.publish("reference/candle", { "newer.rs": "" });
	expect(await update()).toMatchObject({
		status: "failed",
		error: {
			code: "LLORCH_GIT_CONFLICT",
			message: "main in reference/candle has 1 commit of its own",
		},
	});
	await world.at(
		"reference/candle",
		"config",
		"remote.origin.fetch",
		"+refs/heads/nothing:refs/remotes/origin/nothing",
	);
	await world.git("config", "submodule.reference/candle.branch", "nothing");
	expect(await update()).toMatchObject({
		status: "failed",
		error: { code: "LLORCH_GIT_FETCH_FAILED" },
	});
});

test("a branch named in .gitmodules is followed, and merge and rebase are left to git", async () => {
	await world.publish("reference/candle", { "dev.rs": "" }, "dev");
	await world.git(
		"config",
		"-f",
		".gitmodules",
		"submodule.reference/candle.branch",
		"dev",
	);
	const update = async () =>
		(
			await finish(
				openGit(world).updateSubmodules({
					names: ["candle", "kernels"],
					goal: "tip",
					signal,
				}),
			)
		).value.submodules;
	expect(await update()).toMatchObject([
		{ path: "reference/candle", status: "moved" },
		{ path: "reference/candle/kernels" },
		{ path: "reference/candle/kernels", status: "unchanged" },
	]);
	expect(await world.at("reference/candle", "rev-parse", "HEAD")).toBe(
		await world.at("reference/candle", "rev-parse", "origin/dev"),
	);
	await world.git("config", "submodule.reference/candle.update", "rebase");
	await world.at("reference/candle", "switch", "-q", "dev");
	await world.at(
		"reference/candle",
		"commit",
		"-q",
		"--allow-empty",
		"-m",
		"Mine",
	);
	await world.publish("reference/candle", { "dev2.rs": "" }, "dev");
	expect((await update())[0]).toMatchObject({ status: "moved" });
	expect(await world.at("reference/candle", "log", "-1", "--format=%s")).toBe(
		"Mine\n",
	);
	await world.at(
		"reference/candle",
		"merge",
		"-q",
		"--no-commit",
		"--no-ff",
		"HEAD~1",
	);
	await world.git(
		"config",
		"-f",
		".gitmodules",
		"submodule.reference/candle.branch",
		"gone",
	);
	expect((await update())[0]).toMatchObject({
		status: "failed",
		error: { code: "LLORCH_GIT_UNKNOWN_BRANCH" },
	});
});

test("the bar begins before the first submodule is done", async () => {
	const { events } = await finish(
		openGit(world).updateSubmodules({ names: [], goal: "tip", signal }),
	);
	expect(events).toMatchObject(
		[0, 1, 2, 3].map((done) => ({ type: "progress", done, total: 4 })),
	);
});

test("commits that upstream has rewritten do not come back", async () => {
	await world.publish(".", { "secret.txt": "secret\n" });
	await pull();
	await world.write({ "mine.txt": "" });
	await world.git("add", "mine.txt");
	await world.git("commit", "-qm", "Mine");
	await world.authorGit(".", "reset", "-q", "--hard", "HEAD~1");
	await world.publish(".", { "other.txt": "" }, "again");
	await world.authorGit(".", "push", "-qf", "origin", "again:main");
	const { repository } = await pull();
	expect(repository).toMatchObject({ status: "rebased", own: 1 });
	expect(await world.git("log", "--format=%s", "-2")).toBe(
		"Mine\nChange other.txt\n",
	);
	expect(existsSync(world.path("secret.txt"))).toBe(false);

	await world.git("reset", "-q", "--hard", "HEAD~1");
	await world.authorGit(".", "commit", "-q", "--amend", "-m", "Other");
	await world.authorGit(".", "push", "-qf", "origin", "again:main");
	expect((await pull()).repository).toMatchObject({
		status: "rebased",
		own: 0,
	});
	expect(await world.git("log", "--format=%s", "-1")).toBe("Other\n");
});

test("a branch that the remote has no more is said to be gone, by pull and by sync", async () => {
	await world.publish(".", { "dev.txt": "" }, "dev");
	await world.git("fetch", "-q");
	await world.git("switch", "-q", "dev");
	await world.authorGit(".", "push", "-q", "origin", ":dev");
	await expect(pull()).rejects.toMatchObject({
		info: {
			code: "LLORCH_GIT_NO_UPSTREAM",
			message: "origin/dev, which dev follows, is gone",
			hint: expect.stringContaining("Push it"),
		},
	});
	await expect(
		finish(openGit(world).planSync({ branch: "dev", signal })),
	).rejects.toMatchObject({
		info: {
			code: "LLORCH_GIT_UNKNOWN_BRANCH",
			message: "origin has no branch dev",
		},
	});
});

test("in a clone of a single branch, a branch that follows another one is pulled too", async () => {
	await world.git("remote", "set-branches", "origin", "main");
	await world.publish(".", { "dev.txt": "1\n" }, "dev");
	await world.git("switch", "-qc", "dev");
	await world.git("config", "branch.dev.remote", "origin");
	await world.git("config", "branch.dev.merge", "refs/heads/dev");
	expect((await pull()).repository).toMatchObject({ status: "fast-forward" });
	await world.publish(".", { "dev.txt": "2\n" }, "dev");
	expect((await pull()).repository).toMatchObject({ status: "fast-forward" });
	expect(await world.read("dev.txt")).toBe("2\n");
});

test("one submodule that cannot be prepared or cloned fails alone, with a way on", async () => {
	for (const path of ["reference/candle", "reference/llama.cpp"]) {
		await world.git("submodule", "--quiet", "deinit", "-f", path);
		await rm(world.path(".git/modules", path), { recursive: true });
	}
	await world.git(
		...["config", "-f", ".gitmodules"],
		...["--unset", "submodule.reference/candle.url"],
	);
	await world.git("commit", "-qam", "Broken");
	await rename(world.remote("llama.cpp"), `${world.remote("llama.cpp")}.away`);
	await world.publish("reference/mistral.rs", { "new.rs": "" });
	await world.record("reference/mistral.rs");
	const failed = { status: "failed" };
	const rows = [
		{
			path: "reference/candle",
			...failed,
			error: { message: expect.stringContaining("No url found") },
		},
		{ path: "reference/candle-vllm", status: "unchanged" },
		{
			path: "reference/llama.cpp",
			...failed,
			error: { code: "LLORCH_GIT_FETCH_FAILED", hint: expect.any(String) },
		},
		{ path: "reference/mistral.rs", status: "moved" },
	];
	const { submodules } = await pull();
	expect(
		submodules.filter(({ path }) => !path.includes("kernels")),
	).toMatchObject(rows);

	await world.publish(".", { "a.txt": "" });
	await world.authorGit(
		...[".", "config", "-f", ".gitmodules"],
		...["--unset", "submodule.reference/candle.url"],
	);
	await world.publish(".", { "b.txt": "" });
	const git = openGit(world);
	const { value: plan } = await finish(git.planSync({ signal }));
	const { value } = await finish(git.applySync(plan, { signal }));
	expect(value.submodules.map(({ status }) => status)).toEqual([
		...["failed", "unchanged", "failed", "unchanged"],
	]);
});
