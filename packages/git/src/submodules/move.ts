import { LlorchError, quotePaths, succeeded } from "@llorch/core";
import { headCommit } from "../head.ts";
import { parsePorcelainStatus } from "../porcelain-status.ts";
import { type RawPath, showRawPath, splitNul } from "../raw-path.ts";
import { type GitDoor, git, gitFailed, runGit } from "../run-git.ts";
import { emptyTree } from "../undo/empty-submodule.ts";
import { findUntrackedInTheWay, ignoredInTheWay } from "./ignored.ts";

/**
 * Runs `git merge`, `checkout` or `switch` so that what is not committed, ignored files too, stays, or it refuses. Throws
 * LLORCH_GIT_CHANGES_IN_THE_WAY, naming them.
 */
export async function moveGently(
	door: GitDoor,
	root: string,
	path: string,
	[command, ...options]: readonly [string, ...string[]],
	target: string,
): Promise<void> {
	const args = [command, "--no-overwrite-ignore", ...options];
	const output = await runGit(door, root, args);
	if (succeeded(output.result)) return;
	if (
		!/would be overwritten|not uptodate|unmerged|resolve your current index|needs merge/i.test(
			output.stderr,
		)
	)
		throw gitFailed(root, args, output);
	const from = (await headCommit(door, root)) ?? (await emptyTree(door, root));
	const changes = await findOverlap(door, root, from, target);
	if (changes.length > 0) throw changesInTheWay(path, changes);
	const others = await findUntrackedInTheWay(door, root, from, target);
	throw others.length > 0
		? ignoredInTheWay(path, others)
		: changesInTheWay(path, []);
}

export function changesInTheWay(
	path: string,
	files: readonly RawPath[],
): LlorchError {
	const shown = files.map(showRawPath);
	const named = shown.length === 0 ? "" : `: ${quotePaths(shown)}`;
	return new LlorchError(
		"LLORCH_GIT_CHANGES_IN_THE_WAY",
		`${path === "." ? "your uncommitted changes" : `uncommitted changes in ${path}`} are in the way${named}`,
		{
			hint: "Commit or stash them, then try again.",
			details: { path, files: shown },
		},
	);
}

/** Uncommitted changes, untracked files included, to files that differ between two commits. */
export async function findOverlap(
	door: GitDoor,
	root: string,
	from: string,
	to: string,
): Promise<RawPath[]> {
	const [status, changed] = await Promise.all([
		git(door, root, [
			"status",
			"--porcelain=v2",
			"-z",
			"--untracked-files=all",
			"--ignore-submodules=all",
			"--no-renames",
		]),
		git(door, root, [
			"diff-tree",
			"-r",
			"-z",
			"--name-only",
			"--no-renames",
			"--ignore-submodules=all",
			from,
			to,
		]),
	]);
	const dirty = parsePorcelainStatus(status).entries.map(({ path }) => path);
	const others = splitNul(changed);
	const exact = new Set(others);
	return dirty.filter(
		(path) =>
			exact.has(path) ||
			others.some(
				(other) =>
					other.startsWith(`${path.replace(/\/$/, "")}/`) ||
					path.startsWith(`${other}/`),
			),
	);
}
