import { readdir, rmdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { hasCode, LlorchError, quotePaths, quotePosix } from "@llorch/core";
import { bareDoor } from "../bare-door.ts";
import { hasCommit } from "../fetch.ts";
import { refuseInProgress } from "../in-progress.ts";
import { isThere } from "../is-there.ts";
import { parsePorcelainStatus } from "../porcelain-status.ts";
import { type RawPath, showRawPath, splitNul } from "../raw-path.ts";
import { type GitDoor, git, gitValue } from "../run-git.ts";
import { emptySubmodule } from "../undo/empty-submodule.ts";
import { findInTheWay } from "../undo/in-the-way.ts";
import { readWorktree, type Worktree } from "../worktree.ts";
import { refuseToLeaveCommits } from "./leave.ts";
import type { Submodule } from "./submodule.ts";

type Placed = Submodule & { parent: string; fullPath: string };

/** Where the clone of a submodule is while that is not checked out; undefined: there is none. */
export async function findClone(
	parent: Worktree,
	name: string,
): Promise<string | undefined> {
	const gitDir = join(parent.gitDir, "modules", name);
	return (await isThere(join(gitDir, "HEAD"))) ? gitDir : undefined;
}

/**
 * Makes sure that a submodule can be checked out from the clone it has without anything being lost, and leaves the place where it
 * was checked out before its repository gave it another path. Throws LLORCH_GIT_COMMITS_AT_RISK, LLORCH_GIT_CHANGES_IN_THE_WAY,
 * LLORCH_GIT_IN_THE_WAY, LLORCH_GIT_MID_OPERATION.
 */
export async function readyClone(
	door: GitDoor,
	submodule: Placed,
): Promise<void> {
	const { name, root, fullPath, recorded = "" } = submodule;
	const parent = await readWorktree(submodule.parent);
	const gitDir = parent && (await findClone(parent, name));
	if (gitDir === undefined) return;
	const bare = bareDoor(door, gitDir);
	await refuseToLeaveCommits(bare, gitDir, fullPath, recorded, [
		...["git", `--git-dir=${gitDir}`, "branch", "NAME", "HEAD"],
	]);
	await refuseFiles(door, root, fullPath, gitDir, recorded);
	const before = await findPlace(bare, gitDir);
	if (before !== undefined) return leavePlace(door, before, fullPath);
	const staged = await findStaged(bare, gitDir);
	if (staged.length === 0) return;
	const files = staged.map(showRawPath);
	throw new LlorchError(
		"LLORCH_GIT_CHANGES_IN_THE_WAY",
		`${fullPath} is not checked out, and something is staged in its clone: ${quotePaths(files)}`,
		{
			hint: "A reset of the submodule drops it, and keeps it for `llorch git undo`.",
			run: ["git", "submodules", "reset", fullPath],
			details: { path: fullPath, files },
		},
	);
}

/** What is staged in a clone that is not checked out, but removals. */
export async function findStaged(
	bare: GitDoor,
	gitDir: string,
): Promise<RawPath[]> {
	const commit = await gitValue(bare, gitDir, [
		"rev-parse",
		"-q",
		"--verify",
		"HEAD",
	]);
	if (commit === undefined) return [];
	return splitNul(
		await git(bare, gitDir, [
			...["diff-index", "--cached", "-z", "--name-only", "--no-renames"],
			...["--diff-filter=d", "--ignore-submodules=all", "HEAD"],
		]),
	);
}

/** Where the clone's files are now, as it notes itself and as is true. */
async function findPlace(
	bare: GitDoor,
	gitDir: string,
): Promise<Worktree | undefined> {
	const noted = await gitValue(bare, gitDir, ["config", "core.worktree"]);
	if (noted === undefined) return undefined;
	const worktree = await readWorktree(resolve(gitDir, noted));
	return worktree?.gitDir === gitDir ? worktree : undefined;
}

async function leavePlace(
	door: GitDoor,
	worktree: Worktree,
	fullPath: string,
): Promise<void> {
	const { root } = worktree;
	await refuseInProgress(worktree, root);
	const { entries } = parsePorcelainStatus(
		await git(door, root, [
			"status",
			"--porcelain=v2",
			"-z",
			"--untracked-files=no",
		]),
	);
	if (entries.length > 0) {
		const shown = entries.map(({ path }) => showRawPath(path));
		throw new LlorchError(
			"LLORCH_GIT_CHANGES_IN_THE_WAY",
			`${fullPath} was moved here from ${root}, where there are uncommitted changes: ${quotePaths(shown)}`,
			{
				hint: "Commit or stash them there, then try again.",
				details: { path: fullPath, files: shown },
			},
		);
	}
	await emptySubmodule(door, root, []);
	// What is untracked or ignored stays, and the folder with it.
	await rmdir(root).catch((error) => {
		if (!hasCode(error, "ENOTEMPTY", "EEXIST")) throw error;
	});
}

/** git does not look at what is in the folder of a submodule that is not checked out, and would overwrite it. */
export async function refuseFiles(
	door: GitDoor,
	root: string,
	fullPath: string,
	gitDir: string,
	commit: string,
): Promise<void> {
	const names = await readdir(root).catch((error) => {
		if (hasCode(error, "ENOENT", "ENOTDIR")) return [];
		throw error;
	});
	if (names.length === 0) return;
	const bare = bareDoor(door, gitDir);
	const known = await hasCommit(bare, gitDir, commit);
	const files = known ? await findFiles(bare, root, gitDir, commit) : names;
	if (files.length === 0) return;
	throw new LlorchError(
		"LLORCH_GIT_IN_THE_WAY",
		`${fullPath} is not checked out, and there are files in its folder: ${quotePaths(files)}`,
		{
			hint: `Move them away, then try again: ${quotePosix(["ls", "-A", root])}`,
			details: { path: fullPath, files },
		},
	);
}

async function findFiles(
	bare: GitDoor,
	root: string,
	gitDir: string,
	commit: string,
): Promise<string[]> {
	const tree = splitNul(
		await git(bare, gitDir, ["ls-tree", "-r", "-z", commit]),
	);
	const created = tree.map((record) => ({
		path: record.slice(record.indexOf("\t") + 1) as RawPath,
		mode: record.slice(0, record.indexOf(" ")),
	}));
	const found = await findInTheWay(root, created, new Set());
	return found.map(({ path }) => showRawPath(path));
}
