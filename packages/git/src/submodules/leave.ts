import { LlorchError, quotePosix } from "@llorch/core";
import { headBranch } from "../head.ts";
import { type GitDoor, git } from "../run-git.ts";

/**
 * Refuses to leave commits that only a detached HEAD holds: git would forget them. Throws LLORCH_GIT_COMMITS_AT_RISK. A branch
 * keeps its own.
 */
export async function refuseToLeaveCommits(
	door: GitDoor,
	root: string,
	path: string,
	target: string,
	/** What gives them a branch. */
	keep: readonly string[] = ["git", "-C", root, "switch", "-c", "NAME"],
): Promise<void> {
	if ((await headBranch(door, root)) !== undefined) return;
	const count = Number(
		await git(door, root, [
			"rev-list",
			"--count",
			// The target may still have to be fetched.
			"--ignore-missing",
			"HEAD",
			"--not",
			target,
			"--branches",
			"--tags",
			"--remotes",
		]),
	);
	if (count === 0) return;
	throw new LlorchError(
		"LLORCH_GIT_COMMITS_AT_RISK",
		`${path} has ${count === 1 ? "a commit" : `${count} commits`} that no branch holds`,
		{
			hint: `Give ${count === 1 ? "it" : "them"} a branch: ${quotePosix(keep)}`,
			details: { path, commits: count },
		},
	);
}
