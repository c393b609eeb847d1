import { chmod, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type GitSession, openGitWorld } from "./git-world.ts";

// Repositories in every state that one can be found in: a right answer, or a clear error.

let world: GitSession;
beforeEach(async () => {
	world = await openGitWorld();
});
afterEach(() => world.dispose());

const status = async (cwd = world.folder) =>
	JSON.parse((await world.llorch("git status --json", { cwd })).stdout).result;

test("outside of any repository", async () => {
	const cwd = join(world.root, "nowhere");
	await mkdir(cwd);
	for (const line of [
		"git status",
		"git pull",
		"git sync",
		"git undo",
		"git clean",
		"git log",
		"git branches",
		"git submodules list",
	])
		expect(await world.llorch(line, { cwd })).toEqual({
			stdout: "",
			stderr: `error: ${cwd} is not in a git repository (LLORCH_GIT_NOT_A_REPOSITORY)\n  Go into the repository, name it with --cwd, or set general.repo_root.\n`,
			code: 1,
		});
});

test("in a bare repository", async () => {
	const cwd = world.remote("llama-orch");
	for (const line of ["git status", "git pull", "git sync --force"])
		expect(await world.llorch(line, { cwd })).toEqual({
			stdout: "",
			stderr: `error: ${cwd} is a bare repository, or the inside of one: there are no files here (LLORCH_GIT_NO_WORKTREE)\n  Go to a clone or worktree of it.\n`,
			code: 1,
		});
});

test("from inside a submodule it is the repository that counts, and repo_root beats both", async () => {
	const inside = join(world.folder, "reference/candle/src");
	expect((await status(inside)).root).toBe(world.folder);
	expect((await status(join(world.folder, "bin"))).root).toBe(world.folder);
	const run = await world.llorch("git status --json", {
		cwd: world.home,
		env: { LLORCH_REPO_ROOT: world.folder },
	});
	expect(JSON.parse(run.stdout).result.root).toBe(world.folder);
	expect(
		await world.llorch("git status", { env: { LLORCH_REPO_ROOT: "~/gone" } }),
	).toEqual({
		stdout: "",
		stderr: `error: general.repo_root is ~/gone, and there is no folder ${world.home}/gone (LLORCH_FOLDER_NOT_FOUND)\n  next: llorch config show general --origin\n`,
		code: 1,
	});
});

test("git's variables of a hook do not lead astray", async () => {
	const run = await world.llorch("git status --json", {
		env: {
			GIT_DIR: join(world.folder, ".git"),
			GIT_INDEX_FILE: join(world.folder, ".git/index"),
			GIT_PREFIX: "",
		},
		cwd: join(world.folder, "reference/candle"),
	});
	const { root, submodules } = JSON.parse(run.stdout).result;
	expect(root).toBe(world.folder);
	expect(submodules.map(({ state }: { state: string }) => state)).toEqual(
		Array(4).fill("recorded"),
	);
});

test("a repository without submodules", async () => {
	const cwd = join(world.root, "plain");
	await mkdir(cwd);
	const git = (...args: string[]) => world.at("../plain", ...args);
	await git("init", "-q");
	expect(await status(cwd)).toMatchObject({
		branch: "main",
		commit: null,
		upstream: null,
		remote: null,
		changes: [],
		submodules: [],
	});
	for (const [line, code, said] of [
		["git pull", 1, "LLORCH_GIT_NO_REMOTE"],
		["git sync --force", 1, "LLORCH_GIT_NO_REMOTE"],
		["git log", 1, "LLORCH_GIT_NO_COMMIT"],
		["git branches", 0, ""],
		["git clean --force", 0, "nothing untracked here"],
		["git undo", 1, "LLORCH_GIT_NOTHING_TO_UNDO"],
		["git submodules list", 0, "this repository has no submodules"],
		["git submodules status", 0, "this repository has no submodules"],
		["git submodules update --all", 0, ""],
		["git submodules reset x", 2, "this repository has none"],
	] as const) {
		const run = await world.llorch(line, { cwd });
		expect([line, run.code, run.stderr]).toEqual([
			line,
			code,
			expect.stringContaining(said),
		]);
		expect(run.stdout).toBe("");
	}
});

test("an unborn branch takes over what the remote has", async () => {
	const cwd = join(world.root, "plain");
	await mkdir(cwd);
	const git = (...args: string[]) => world.at("../plain", ...args);
	await git("init", "-q");
	await git("remote", "add", "origin", world.remote("llama-orch"));
	const run = await world.llorch("git pull", { cwd });
	expect(run.stderr).toContain(
		"main follows no branch of origin (LLORCH_GIT_NO_UPSTREAM)",
	);
	await git("config", "branch.main.remote", "origin");
	await git("config", "branch.main.merge", "refs/heads/main");
	await writeFile(join(cwd, "mine.txt"), "untracked\n");
	expect(await world.llorch("git pull --quiet", { cwd })).toMatchObject({
		code: 0,
		stderr: "",
	});
	expect(await status(cwd)).toMatchObject({
		commit: { subject: "Start" },
		upstream: { name: "origin/main", ahead: 0, behind: 0 },
		changes: [{ path: "mine.txt", xy: "??" }],
	});
	expect((await status(cwd)).submodules).toHaveLength(4);
});

test("a detached HEAD", async () => {
	await world.git("checkout", "-q", "--detach");
	await world.git("commit", "-q", "--allow-empty", "-m", "only here");
	expect(await status()).toMatchObject({
		branch: null,
		upstream: null,
		commit: { subject: "only here" },
	});
	expect(await world.llorch("git pull")).toMatchObject({
		code: 1,
		stderr:
			"error: HEAD is detached, so there is no branch to pull (LLORCH_GIT_NO_UPSTREAM)\n  Go to a branch: git switch NAME\n",
	});
	const dry = await world.llorch("git sync --dry-run");
	expect(dry.stdout).toBe(
		`main would be at ${await world.hash(".", "origin/main")} of origin: Start\nThis goes in the repository:\n  commit ${await world.short(".")} only here\n`,
	);
	expect((await world.llorch("git sync --force")).code).toBe(0);
	expect((await status()).branch).toBe("main");
});

test("branches of a detached HEAD say where that is", async () => {
	await world.git("checkout", "-q", "--detach");
	await world.git("commit", "-q", "--allow-empty", "-m", "Mine");
	const run = await world.llorch("git branches");
	expect(run.stdout.split("\n")[0]).toBe(
		`*\t(detached)\t${await world.short(".")}\t\tMine`,
	);
	const { result } = JSON.parse(
		(await world.llorch("git branches --json")).stdout,
	);
	expect(result).toMatchObject({
		current: null,
		detached: { commit: await world.short("."), subject: "Mine" },
		local: [
			{ name: "main", current: false, upstream: { name: "origin/main" } },
		],
	});
});

test("a HEAD that cannot be read is no detached one", async () => {
	await world.write({ ".git/HEAD": "garbage\n" });
	for (const line of [
		"git pull",
		"git sync --force",
		"git branches",
		"git log",
	]) {
		const run = await world.llorch(line);
		expect(run.code).toBe(1);
		expect(run.stderr).not.toContain("detached");
		expect(run.stderr).toContain("LLORCH_GIT_");
	}
});

test("without git, every command says so", async () => {
	const env = { PATH: world.path("bin") };
	for (const line of ["git pull", "git branches", "git log"])
		expect(await world.llorch(line, { env })).toMatchObject({
			code: 1,
			stderr: expect.stringContaining(
				"error: the program git was not found in any folder of PATH (LLORCH_PROGRAM_NOT_FOUND)\n",
			),
		});
});

test("what a newer llorch has kept does not keep from looking", async () => {
	const id = "20260102T030405Z";
	await world.write({
		[`.git/llorch/undo/${id}/manifest.json`]: JSON.stringify({
			version: 2,
			id,
		}),
	});
	expect(await status()).toMatchObject({ branch: "main", interrupted: null });
	expect(await world.llorch("git sync --force")).toMatchObject({
		code: 1,
		stderr: expect.stringContaining("LLORCH_GIT_UNDO_TOO_NEW"),
	});
});

test("a shallow clone", async () => {
	await world.publish(".", { "later.txt": "" });
	const cwd = join(world.root, "shallow");
	await world.at(
		"..",
		"clone",
		"-q",
		"--depth",
		"1",
		`file://${world.remote("llama-orch")}`,
		"shallow",
	);
	expect(await status(cwd)).toMatchObject({
		branch: "main",
		upstream: { ahead: 0, behind: 0 },
	});
	expect(
		(await status(cwd)).submodules.map(({ state }: { state: string }) => state),
	).toEqual(Array(4).fill("uninitialised"));
	await world.publish(".", { "more.txt": "" });
	await writeFile(join(cwd, "README.md"), "mine\n");
	expect(await world.llorch("git sync --force --quiet", { cwd })).toMatchObject(
		{ code: 0, stderr: "" },
	);
	expect(await status(cwd)).toMatchObject({
		commit: { subject: "Change more.txt" },
		changes: [],
	});
	expect(await world.llorch("git undo --quiet", { cwd })).toMatchObject({
		code: 0,
	});
	expect(await status(cwd)).toMatchObject({
		commit: { subject: "Change later.txt" },
		changes: [{ path: "README.md" }],
	});
	expect(
		(await status(cwd)).submodules.map(({ state }: { state: string }) => state),
	).toEqual(Array(4).fill("uninitialised"));
});

test("a worktree keeps its own entries, and does not move another one's branch", async () => {
	await world.git("worktree", "add", "-q", "-b", "topic", "../side");
	const cwd = join(world.root, "side");
	expect(await status(cwd)).toMatchObject({ root: cwd, branch: "topic" });
	const run = await world.llorch("git sync --force", { cwd });
	expect(run).toMatchObject({ code: 1, stdout: "" });
	expect(run.stderr).toContain(
		`error: main is checked out in another worktree: ${world.folder} (LLORCH_GIT_BRANCH_IN_USE)`,
	);
	await world.publish(".", { "dev.txt": "dev\n" }, "dev");
	await writeFile(join(cwd, "README.md"), "mine\n");
	expect(
		await world.llorch("git sync --branch dev --force --quiet", { cwd }),
	).toMatchObject({ code: 0, stderr: "" });
	expect(await status(cwd)).toMatchObject({
		branch: "dev",
		changes: [],
		upstream: { name: "origin/dev" },
	});
	expect(
		(await status(cwd)).submodules.every(
			({ state }: { state: string }) => state === "recorded",
		),
	).toBe(true);
	expect(await world.llorch("git undo")).toMatchObject({ code: 1 });
	expect(await world.llorch("git undo --quiet", { cwd })).toMatchObject({
		code: 0,
	});
	expect(await status(cwd)).toMatchObject({
		branch: "topic",
		changes: [{ path: "README.md" }],
	});
	expect(await world.git("branch", "--list", "dev")).toBe("");
});

test("in the middle of a rebase", async () => {
	await world.write({ "README.md": "mine\n" });
	await world.git("commit", "-qam", "Mine");
	await world.publish(".", { "README.md": "theirs\n" });
	await world.git("fetch", "-q");
	await world.git("rebase", "-q", "origin/main").catch(() => {});
	const before = await status();
	expect(before).toMatchObject({
		branch: null,
		operation: "rebase",
		changes: [{ path: "README.md", kind: "unmerged", xy: "UU" }],
	});
	expect((await world.llorch("git status")).stdout).toContain(
		"operation\trebase\n",
	);
	expect((await world.llorch("git pull")).stderr).toContain(
		"LLORCH_GIT_MID_OPERATION",
	);
	const dry = await world.llorch("git sync --dry-run");
	expect(dry.stdout).toContain("  the rebase in progress\n");
	expect(dry.stdout).toContain("  conflict: README.md\n");
	expect(await world.llorch("git sync --force --quiet")).toMatchObject({
		code: 0,
	});
	expect(await status()).toMatchObject({
		branch: "main",
		operation: null,
		changes: [],
	});
	expect(await world.llorch("git undo --quiet")).toMatchObject({ code: 0 });
	expect(await status()).toEqual(before);
	await world.git("checkout", "-q", "--ours", "README.md");
	await world.git("add", "README.md");
	await world.git("-c", "core.editor=true", "rebase", "--continue");
	expect(await status()).toMatchObject({ branch: "main", operation: null });
});

test("hostile names are shown and handled, whatever their bytes", async () => {
	const names = ["with space", "-rf", 'quo"te', "new\nline", "not\xff\xfe"];
	for (const name of names)
		await writeFile(
			Buffer.concat([
				Buffer.from(`${world.folder}/`),
				Buffer.from(name, "latin1"),
			]),
			name,
		);
	const { changes } = await status();
	expect(changes).toEqual([
		{ kind: "untracked", xy: "??", path: "-rf" },
		{ kind: "untracked", xy: "??", path: "new\nline" },
		{
			kind: "untracked",
			xy: "??",
			path: "not\\xff\\xfe",
			bytes: Buffer.from("not\xff\xfe", "latin1").toString("base64"),
		},
		{ kind: "untracked", xy: "??", path: 'quo"te' },
		{ kind: "untracked", xy: "??", path: "with space" },
	]);
	expect(await world.llorch("git clean --force")).toMatchObject({
		stdout: `-rf\n"new\\nline"\nnot\\xff\\xfe\nquo"te\nwith space\n`,
		code: 0,
	});
	expect((await status()).changes).toEqual([]);
	expect(await world.llorch("git undo --quiet")).toMatchObject({ code: 0 });
	expect((await status()).changes).toEqual(changes);
});

test("a submodule that somebody has replaced by a link: what is behind it is not touched", async () => {
	await world.at("..", "clone", "-q", world.remote("candle"), "elsewhere");
	await world.at("../elsewhere", "commit", "-q", "--allow-empty", "-m", "Mine");
	await rm(join(world.folder, "reference/candle"), { recursive: true });
	await symlink("../../elsewhere", join(world.folder, "reference/candle"));
	const head = await world.at("../elsewhere", "rev-parse", "HEAD");

	const { submodules } = await status();
	expect(submodules[0]).toMatchObject({
		path: "reference/candle",
		state: "unreadable",
		error: { code: "LLORCH_GIT_SUBMODULE_BROKEN" },
	});
	expect(submodules[1]).toMatchObject({ state: "recorded" });
	expect(await world.llorch("git pull")).toMatchObject({
		stdout: expect.stringMatching(/^reference\/candle\tfailed\t/m),
		code: 6,
	});
	for (const line of [
		"git sync --force",
		"git submodules reset candle --force",
		"git submodules branch candle main",
	])
		expect(await world.llorch(line), line).toMatchObject({
			stderr: expect.stringContaining("LLORCH_GIT_SUBMODULE_BROKEN"),
			code: 1,
		});
	expect(await world.at("../elsewhere", "rev-parse", "HEAD")).toBe(head);
});

test.skipIf(process.getuid?.() === 0)(
	"a submodule that may not be read hides no other",
	async () => {
		const folder = join(world.folder, "reference/candle");
		await chmod(folder, 0);
		try {
			const { submodules } = await status();
			expect(submodules[0]).toMatchObject({
				state: "unreadable",
				error: { code: "LLORCH_GIT_SUBMODULE_BROKEN" },
			});
			expect(submodules[1]).toMatchObject({ state: "recorded" });
			expect(await world.llorch("git pull")).toMatchObject({ code: 6 });
		} finally {
			await chmod(folder, 0o755);
		}
	},
);

test("the same over a wire", async () => {
	await world.write({ "README.md": "mine\n" });
	const here = await world.llorch("git status");
	expect(await world.llorch("git status", { wire: true })).toEqual(here);
	const asked = {
		tty: { columns: 80 },
		env: { NO_COLOR: "1" },
		answers: ["y"],
	};
	const near = await world.llorch("git sync", { ...asked, wire: true });
	expect(near).toMatchObject({ code: 0 });
	expect(near.stderr).toContain("  modified: README.md\n");
	expect((await status()).changes).toEqual([]);
});

test("words that do not fit are usage errors with a way on", async () => {
	for (const [line, said] of [
		["git submodules update", "name a submodule, or say --all"],
		["git submodules update --all candle", "--all stands for every submodule"],
		["git submodules update cande", "did you mean candle?"],
		["git submodules branch candle mian", "did you mean main?"],
		["git sync --branch mian", "did you mean main?"],
		["git undo --list --prune", "--list and --prune do not go together"],
		["git undo 20990101T000000Z", "LLORCH_GIT_UNKNOWN_UNDO"],
		["git log -n 0", "-n"],
	] as const) {
		const run = await world.llorch(line);
		expect([line, run.code, run.stdout]).toEqual([line, 2, ""]);
		expect(run.stderr).toContain(said);
	}
});
