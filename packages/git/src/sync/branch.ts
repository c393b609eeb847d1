import { access } from "node:fs/promises";
import { join } from "node:path";
import { closest, LlorchError, succeeded } from "@llorch/core";
import { fetchTip } from "../fetch.ts";
import { type GitDoor, git, gitValue, runGit } from "../run-git.ts";
import { type Remotes, remoteFor } from "../status/status.ts";
import type { Worktree } from "../worktree.ts";

/** What `git sync` goes to. */
export type SyncTarget = { remote: string; branch: string; commit: string };

/**
 * Fetches, and finds what to go to: the branch asked for, else the one the remote itself calls its default now. Throws
 * LLORCH_GIT_NO_REMOTE, LLORCH_GIT_FETCH_FAILED, LLORCH_GIT_UNKNOWN_BRANCH.
 */
export async function fetchTarget(
	door: GitDoor,
	worktree: Worktree,
	remotes: Remotes,
	current: string | undefined,
	asked: string | undefined,
): Promise<SyncTarget> {
	const { root } = worktree;
	const remote = remoteFor(remotes, current);
	if (remote === undefined) throw noRemote(root, remotes);
	const branch = asked ?? (await defaultBranch(door, root, remote));
	if (branch === undefined)
		throw new LlorchError(
			"LLORCH_GIT_UNKNOWN_BRANCH",
			`${remote} does not say which branch is its default`,
			{ hint: "Name one with --branch." },
		);
	const commit = await fetchTip(door, worktree, remote, branch);
	if (commit !== undefined) return { remote, branch, commit };
	throw await unknownBranch(door, root, remote, branch);
}

export function noRemote(root: string, { urls }: Remotes): LlorchError {
	return new LlorchError(
		"LLORCH_GIT_NO_REMOTE",
		urls.size === 0
			? `${root} has no remote`
			: `${root} has several remotes and none is called origin: ${[...urls.keys()].join(", ")}`,
		{
			hint:
				urls.size === 0
					? "Add one: git remote add origin URL"
					: "Let the branch follow one: git branch --set-upstream-to=REMOTE/BRANCH",
			details: { folder: root },
		},
	);
}

/** The remote's own word (its default may have changed since the clone), else what the clone noted. */
async function defaultBranch(
	door: GitDoor,
	root: string,
	remote: string,
): Promise<string | undefined> {
	const { stdout, result } = await runGit(door, root, [
		"ls-remote",
		"--symref",
		"--",
		remote,
		"HEAD",
	]);
	const [, told] =
		/^ref: refs\/heads\/(.+)\tHEAD$/m.exec(stdout.toString()) ?? [];
	if (succeeded(result) && told !== undefined) return told;
	const noted = await gitValue(door, root, [
		"symbolic-ref",
		"-q",
		`refs/remotes/${remote}/HEAD`,
	]);
	return noted?.slice(`refs/remotes/${remote}/`.length);
}

/** Whether a plain `git fetch` brings that branch: a clone of a single branch does not fetch the others. */
export async function fetchesBranch(
	door: GitDoor,
	root: string,
	remote: string,
	branch: string,
): Promise<boolean> {
	const key = `remote.${remote}.fetch`;
	const refspecs = await gitValue(door, root, ["config", "--get-all", key]);
	return (refspecs ?? "").split("\n").some((refspec) => {
		const [from = ""] = refspec.replace(/^\+/, "").split(":");
		const [before = "", after] = from.split("*");
		const ref = `refs/heads/${branch}`;
		return after === undefined
			? ref === from
			: ref.startsWith(before) && ref.endsWith(after);
	});
}

async function unknownBranch(
	door: GitDoor,
	root: string,
	remote: string,
	branch: string,
): Promise<LlorchError> {
	const names = (
		await git(door, root, [
			"for-each-ref",
			"--format=%(refname:lstrip=3)",
			`refs/remotes/${remote}/`,
		])
	)
		.toString()
		.split("\n")
		.filter((name) => !["", "HEAD", branch].includes(name));
	const meant = closest(branch, names);
	return new LlorchError(
		"LLORCH_GIT_UNKNOWN_BRANCH",
		`${remote} has no branch ${branch}${meant === undefined ? "" : ` (did you mean ${meant}?)`}`,
		{ run: ["git", "branches"], details: { remote, branch } },
	);
}

/** Throws LLORCH_GIT_BRANCH_IN_USE when another worktree has the branch: moving it would change files nobody looks at. */
export async function refuseElsewhere(
	door: GitDoor,
	{ root, commonDir }: Worktree,
	branch: string,
): Promise<void> {
	const others = await access(join(commonDir, "worktrees")).then(
		() => true,
		() => false,
	);
	if (!others) return;
	const listing = await git(door, root, ["worktree", "list", "--porcelain"]);
	for (const block of listing.toString().split("\n\n")) {
		const [, path] = /^worktree (.*)$/m.exec(block) ?? [];
		if (path === undefined || path === root) continue;
		if (!block.split("\n").includes(`branch refs/heads/${branch}`)) continue;
		throw new LlorchError(
			"LLORCH_GIT_BRANCH_IN_USE",
			`${branch} is checked out in another worktree: ${path}`,
			{
				hint: "Work there, or name another branch with --branch.",
				details: { branch, worktree: path },
			},
		);
	}
}
