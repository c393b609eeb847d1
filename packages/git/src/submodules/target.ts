import { LlorchError, quotePosix } from "@llorch/core";
import { fetchCommit, fetchRemote, hasCommit, remoteNames } from "../fetch.ts";
import { headBranch } from "../head.ts";
import { showRawPath } from "../raw-path.ts";
import { type GitDoor, gitValue } from "../run-git.ts";
import type { Submodule } from "./submodule.ts";

/** Where a submodule shall go: the commit its repository records, or the tip of the branch it follows. */
export type Goal = "recorded" | "tip";

/** The commit a submodule shall go to; `branch` is the one it follows, where it follows one. */
export type Target = { commit: string; branch?: string };

/** Fetches, and finds where a submodule shall go. Throws LLORCH_GIT_NO_REMOTE, LLORCH_GIT_FETCH_FAILED, LLORCH_GIT_UNKNOWN_BRANCH. */
export async function findTarget(
	options: GitDoor,
	submodule: Submodule & { parent: string; fullPath: string },
	goal: Goal,
): Promise<Target> {
	const { root, recorded, parent, fullPath } = submodule;
	if (goal === "recorded") {
		const commit = recorded as string;
		if (!(await hasCommit(options, root, commit)))
			await fetchCommit(options, root, commit);
		return { commit };
	}
	const [remote] = await remoteNames(options, root);
	if (remote === undefined)
		throw new LlorchError("LLORCH_GIT_NO_REMOTE", `${fullPath} has no remote`);
	await fetchRemote(options, root, remote);
	const branch = await followedBranch(options, parent, submodule);
	const name = branch ?? "HEAD";
	const commit = await gitValue(options, root, [
		"rev-parse",
		"-q",
		"--verify",
		`refs/remotes/${remote}/${name}^{commit}`,
	]);
	if (commit === undefined)
		throw new LlorchError(
			"LLORCH_GIT_UNKNOWN_BRANCH",
			branch === undefined
				? `${remote} of ${fullPath} does not say which branch is its default`
				: `${remote} of ${fullPath} has no branch ${branch}`,
			{
				hint: `Name the branch to follow: ${quotePosix(["git", "-C", parent, "submodule", "set-branch", "--branch", "NAME", "--", showRawPath(submodule.path)])}`,
			},
		);
	const own =
		branch ??
		(
			await gitValue(options, root, [
				"symbolic-ref",
				"-q",
				`refs/remotes/${remote}/HEAD`,
			])
		)?.slice(`refs/remotes/${remote}/`.length);
	return { commit, ...(own === undefined ? {} : { branch: own }) };
}

/** The reader's own configuration goes before `.gitmodules` (gitmodules(5)). */
async function followedBranch(
	door: GitDoor,
	parent: string,
	{ name, branch }: Submodule,
): Promise<string | undefined> {
	const configured =
		(await gitValue(door, parent, ["config", `submodule.${name}.branch`])) ??
		branch;
	if (configured !== ".") return configured;
	const own = await headBranch(door, parent);
	return own?.slice("refs/heads/".length);
}
