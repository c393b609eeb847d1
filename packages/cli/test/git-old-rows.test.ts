import { machine, release, type } from "node:os";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type GitSession, openGitWorld } from "./git-world.ts";

// Every action of the old `llorch-git`, under its old name.

let world: GitSession;
beforeEach(async () => {
	world = await openGitWorld();
});
afterEach(() => world.dispose());

const SUBMODULES = [
	"reference/candle",
	"reference/candle-vllm",
	"reference/llama.cpp",
	"reference/mistral.rs",
];

test("llorch-git status", async () => {
	await world.write({ "README.md": "changed\n", "new file.txt": "" });
	await world.at("reference/candle", "switch", "-q", "main");
	await world.write({ "reference/candle/src/lib.rs": "changed\n" });
	const rows = await Promise.all(
		SUBMODULES.map(
			async (path) =>
				`submodule\t${path}\tat the recorded commit${path === "reference/candle" ? ", on branch main, dirty (1 change)" : ""}\t${await world.hash(path)}\n`,
		),
	);
	const rust = '#!/bin/sh\necho "$(basename "$0") 1.80.0 (of this test)"\n';
	await world.program("rustc", rust);
	await world.program("cargo", rust);
	expect(await world.llorch("git status")).toEqual({
		stdout: [
			"branch\tmain\n",
			`commit\t${await world.short(".")}\tStart\n`,
			"upstream\torigin/main\tin step\n",
			`remote\torigin\t${world.remote("llama-orch")}\n`,
			"change\t M\tREADME.md\n",
			"change\t??\tnew file.txt\n",
			...rows,
			`system\t${type()} ${release()} ${machine()}\trustc 1.80.0\tcargo 1.80.0\n`,
		].join(""),
		stderr: "",
		code: 0,
	});
});

test("llorch-git pull", async () => {
	const old = await world.hash("reference/candle");
	await world.publish("reference/candle", { "new.rs": "" });
	await world.record("reference/candle");
	await world.publish(".", { "later.txt": "theirs\n" });
	await world.write({ "README.md": "mine, and not in the way\n" });
	const from = await world.hash(".");

	const run = await world.llorch("git pull");
	const to = await world.hash(".");
	expect(run.code).toBe(0);
	expect(run.stdout).toBe(
		[
			`main: fast-forward to origin/main ${from} → ${to}, 2 commits, 2 files`,
			`  ${await world.short(".")} Change later.txt`,
			`  ${await world.short(".", "HEAD~1")} Record reference/candle`,
			`reference/candle\tmoved\t${old} → ${await world.hash("reference/candle")}\t`,
			"",
		].join("\n"),
	);
	expect(await world.read("later.txt")).toBe("theirs\n");
	expect(await world.read("README.md")).toBe("mine, and not in the way\n");
	expect(await world.llorch("git pull --quiet")).toEqual({
		stdout: "main: nothing new on origin/main\n",
		stderr: "",
		code: 0,
	});
});

test("llorch-git pull rebases own commits", async () => {
	await world.publish(".", { "later.txt": "theirs\n" });
	await world.write({ "mine.txt": "mine\n" });
	await world.git("add", "mine.txt");
	await world.git("commit", "-qm", "Mine");
	const run = await world.llorch("git pull --quiet");
	expect(run).toMatchObject({ code: 0, stderr: "" });
	expect(run.stdout).toContain(
		"main: 1 commit of yours rebased onto origin/main",
	);
	expect(await world.git("log", "--format=%s")).toBe(
		"Mine\nChange later.txt\nStart\n",
	);
});

test("llorch-git sync asks, and no means no", async () => {
	await world.write({ "README.md": "mine\n" });
	const run = await world.llorch("git sync", {
		env: { NO_COLOR: "1" },
		tty: { columns: 80 },
		answers: ["n"],
	});
	expect(run.code).toBe(1);
	expect(run.stdout).toBe("");
	expect(run.stderr).toContain(
		"This goes in the repository:\n  modified: README.md\nIt is kept: llorch git undo brings it back.\n",
	);
	expect(run.stderr).toContain("[y/N] ");
	expect(run.stderr).toContain("nothing was changed");
	expect(await world.read("README.md")).toBe("mine\n");
});

test("llorch-git sync", async () => {
	await world.publish(".", { "later.txt": "theirs\n" });
	await world.write({
		"README.md": "mine\n",
		"reference/candle/src/lib.rs": "mine\n",
	});
	const run = await world.llorch("git sync", {
		env: { NO_COLOR: "1" },
		tty: { columns: 80 },
		answers: ["y"],
	});
	expect(run.code).toBe(0);
	expect(run.stdout).toBe(
		[
			`main now at ${await world.hash(".", "origin/main")} of origin: Change later.txt`,
			"SUBMODULE                COMMIT",
			`reference/candle  reset  ${await world.hash("reference/candle")}`,
			"",
		].join("\n"),
	);
	expect(run.stderr).toContain(
		"kept: 2 files; llorch git undo brings them back\n",
	);
	expect(await world.git("status", "--porcelain")).toBe("");
	expect(await world.llorch("git undo")).toMatchObject({ code: 0 });
	expect(await world.read("README.md")).toBe("mine\n");
	expect(await world.read("reference/candle/src/lib.rs")).toBe("mine\n");
	expect(await world.tree()).not.toContain("later.txt");
});

test("llorch-git sync --force", async () => {
	await world.write({ "README.md": "mine\n" });
	expect(await world.llorch("git sync")).toMatchObject({ code: 2, stdout: "" });
	expect(await world.llorch("git sync --force --quiet")).toEqual({
		stdout: `main is at ${await world.hash(".")} of origin: Start\n`,
		stderr: "",
		code: 0,
	});
	expect(await world.read("README.md")).toBe("# llama-orch\n");
});

test("llorch-git submodules", async () => {
	await world.at("reference/llama.cpp", "switch", "-q", "main");
	await world.write({
		"reference/llama.cpp/a": "",
		"reference/llama.cpp/b": "",
	});
	const rows = await Promise.all(
		SUBMODULES.map(
			async (path) =>
				`${path}\t${path}\t${path.endsWith("llama.cpp") ? "main" : "(detached)"}\t${await world.short(path)}\tStart ${path.slice("reference/".length)}\t${path.endsWith("llama.cpp") ? 2 : 0}\n`,
		),
	);
	expect(await world.llorch("git submodules list")).toEqual({
		stdout: rows.join(""),
		stderr: "",
		code: 0,
	});
});

test("llorch-git submodule-branch --submodule S", async () => {
	const commit = await world.short("reference/candle");
	expect(await world.llorch("git submodules branch candle")).toEqual({
		stdout: [
			`*\t(detached)\t${commit}\t\tStart candle\n`,
			`\tmain\t${commit}\torigin/main\tStart candle\n`,
			`\tremotes/origin/main\t${commit}\t\tStart candle\n`,
		].join(""),
		stderr: `reference/candle is detached at ${await world.hash("reference/candle")}\n`,
		code: 0,
	});
});

test("llorch-git submodule-branch --submodule S --branch B", async () => {
	// Only the remote has it, and we have not heard of it yet.
	await world.publish("reference/candle", { "dev.rs": "" }, "dev");
	expect(await world.llorch("git submodules branch candle dev")).toEqual({
		stdout: `reference/candle is on dev at ${(await world.authorGit("reference/candle", "rev-parse", "dev")).slice(0, 10)}, a new branch that follows the remote's\n`,
		stderr: "",
		code: 0,
	});
	expect(
		await world.at(
			"reference/candle",
			"rev-parse",
			"--abbrev-ref",
			"@{upstream}",
		),
	).toBe("origin/dev\n");
	expect(
		await world.llorch("git submodules branch reference/candle main"),
	).toMatchObject({
		stdout: expect.stringMatching(/^reference\/candle is on main at \w+\n$/),
		code: 0,
	});
	await world.authorGit("reference/candle", "switch", "-q", "main");
	await world.publish("reference/candle", { "later.rs": "" });
	expect(await world.llorch("git submodules branch candle main")).toMatchObject(
		{
			stdout: expect.stringMatching(
				/ is on main at \w+, following origin\/main \(1 behind\)\n$/,
			),
			code: 0,
		},
	);
});

test("llorch-git submodule-update --all", async () => {
	const from = await world.hash("reference/candle");
	await world.publish("reference/candle", { "tip.rs": "" });
	await world.publish("reference/mistral.rs", { "tip.rs": "" });
	const run = await world.llorch("git submodules update --all");
	expect(run.code).toBe(0);
	expect(run.stdout).toContain(
		`reference/candle\tmoved\t${from} → ${await world.hash("reference/candle")}\t\n`,
	);
	expect(run.stdout).toContain("reference/candle-vllm\tunchanged\t");
	expect(run.stderr).toContain(
		"to record the new commits: git add the submodules, and commit\n",
	);
	for (const path of ["reference/candle", "reference/mistral.rs"])
		expect(await world.hash(path)).toBe(await world.hash(path, "origin/main"));
});

test("llorch-git submodule-update --submodule S", async () => {
	await world.publish("reference/candle", { "tip.rs": "" });
	await world.publish("reference/mistral.rs", { "tip.rs": "" });
	const other = await world.hash("reference/mistral.rs");
	const run = await world.llorch("git submodules update candle --quiet");
	expect(run).toMatchObject({ code: 0, stderr: "" });
	expect(run.stdout.split("\n")).toHaveLength(2);
	expect(await world.hash("reference/candle")).toBe(
		await world.hash("reference/candle", "origin/main"),
	);
	expect(await world.hash("reference/mistral.rs")).toBe(other);
	expect(
		await world.llorch("git submodules update candle --recorded"),
	).toMatchObject({ code: 0 });
	expect(await world.git("status", "--porcelain")).toBe("");
});

test("llorch-git submodule-reset --submodule S", async () => {
	const recorded = await world.hash("reference/candle");
	await world.write({
		"reference/candle/README.md": "mine\n",
		"reference/candle/notes.txt": "untracked, and not in the way\n",
	});
	await world.at("reference/candle", "commit", "-qam", "Mine");
	await world.write({ "reference/candle/README.md": "mine, more\n" });
	const run = await world.llorch("git submodules reset candle", {
		env: { NO_COLOR: "1" },
		tty: { columns: 80 },
		answers: ["y"],
	});
	expect(run.stderr).toContain(
		`This goes in reference/candle:\n  commit ${await world.short("reference/candle", "HEAD@{1}")} Mine\n  modified: README.md\n`,
	);
	expect(run.code).toBe(0);
	expect(await world.hash("reference/candle")).toBe(recorded);
	expect(await world.at("reference/candle", "status", "--porcelain")).toBe(
		"?? notes.txt\n",
	);
	expect(await world.llorch("git undo --quiet")).toMatchObject({ code: 0 });
	expect(await world.read("reference/candle/README.md")).toBe("mine, more\n");
	expect(await world.at("reference/candle", "log", "-1", "--format=%s")).toBe(
		"Mine\n",
	);
});

test("llorch-git clean", async () => {
	await world.write({
		"a file.txt": "12345",
		"folder/deep/file": "",
		"target/ignored": "",
	});
	const asked = await world.llorch("git clean", {
		env: { NO_COLOR: "1" },
		tty: { columns: 80 },
		answers: ["n"],
	});
	expect(asked.stderr).toContain(
		"This goes:\n  a file.txt (5 B)\n  folder/deep/file (0 B)\nIt is kept: llorch git undo brings it back.\n",
	);
	expect(asked.code).toBe(1);
	expect(await world.llorch("git clean --dry-run")).toEqual({
		stdout: "a file.txt\nfolder/deep/file\n",
		stderr: "2 paths would be removed\n",
		code: 0,
	});
	expect(await world.llorch("git clean --force")).toEqual({
		stdout: "a file.txt\nfolder/deep/file\n",
		stderr: "2 paths removed; llorch git undo brings them back\n",
		code: 0,
	});
	const left = await world.tree();
	expect(left).toContain("target/ignored");
	expect(left.filter((path) => /a file|folder/.test(path))).toEqual([]);
	expect(await world.llorch("git undo --quiet")).toMatchObject({ code: 0 });
	expect(await world.read("a file.txt")).toBe("12345");
});

test("llorch-git branches", async () => {
	await world.publish(".", { "dev.txt": "" }, "dev");
	await world.git("fetch", "-q");
	await world.git("branch", "-q", "topic");
	const commit = await world.short(".");
	expect(await world.llorch("git branches")).toEqual({
		stdout: [
			`*\tmain\t${commit}\torigin/main\tStart\n`,
			`\ttopic\t${commit}\t\tStart\n`,
			`\tremotes/origin/dev\t${await world.short(".", "origin/dev")}\t\tChange dev.txt\n`,
			`\tremotes/origin/main\t${commit}\t\tStart\n`,
		].join(""),
		stderr: "",
		code: 0,
	});
});

test("llorch-git log", async () => {
	await world.git("switch", "-qc", "topic");
	await world.git("commit", "-q", "--allow-empty", "-m", "On the side");
	await world.git("switch", "-q", "main");
	await world.git("merge", "-q", "--no-ff", "-m", "Bring it in", "topic");
	expect(await world.llorch("git log -n 2")).toEqual({
		stdout: [
			`*   ${await world.short(".")} (HEAD -> main) Bring it in`,
			"|\\",
			`| * ${await world.short(".", "topic")} (topic) On the side`,
			"|/",
			"",
		].join("\n"),
		stderr: "",
		code: 0,
	});
	expect((await world.llorch("git log")).stdout.split("\n")).toHaveLength(6);
});
