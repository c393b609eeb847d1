import { LlorchError, quotePosix, redact, type Work } from "@llorch/core";
import { fetchTip } from "../fetch.ts";
import { headBranch } from "../head.ts";
import { refuseInProgress } from "../in-progress.ts";
import { type GitDoor, gitValue } from "../run-git.ts";
import { readRemotes, remoteFor } from "../status/status.ts";
import { bringSubmodules } from "../submodules/bring.ts";
import type { SubmoduleRow } from "../submodules/row.ts";
import { noRemote } from "../sync/branch.ts";
import { lockRepository } from "../undo/act.ts";
import type { UndoContext } from "../undo/context.ts";
import { findInterrupted } from "../undo/manifest.ts";
import type { Worktree } from "../worktree.ts";
import {
	type PulledRepository,
	type PullTarget,
	pullRepository,
} from "./own.ts";

export type Pulled = {
	repository: PulledRepository;
	submodules: SubmoduleRow[];
};

/**
 * Fetches, brings the branch together with its upstream, and takes submodules to what is recorded. Uncommitted changes stay.
 * What cannot be done is in the result. Throws LLORCH_LOCKED, LLORCH_GIT_NO_REMOTE, LLORCH_GIT_NO_UPSTREAM, LLORCH_GIT_FETCH_FAILED, and
 * LLORCH_GIT_MID_OPERATION when a sync was interrupted here, or a rebase is in progress.
 */
export async function* pull(context: UndoContext): Work<Pulled> {
	await using _lock = await lockRepository(context);
	const { outer } = context;
	await refuseInterrupted(context);
	yield progress("fetching", 0);
	const target = await fetchUpstream(context, outer);
	yield progress("updating", 1);
	const repository = await pullRepository(context, outer, target);
	const submodules = yield* bringSubmodules(
		context,
		outer.root,
		"",
		"recorded",
	);
	return { repository, submodules };
}

/** Throws LLORCH_GIT_MID_OPERATION while the repository is in the state that a killed action has left. */
export async function refuseInterrupted(context: UndoContext): Promise<void> {
	const open = await findInterrupted(context);
	if (open === undefined) return;
	throw new LlorchError(
		"LLORCH_GIT_MID_OPERATION",
		`the ${open.action} of ${open.startedAt} was interrupted`,
		{
			hint: "`llorch git undo` puts everything back as it was; `llorch git sync` does that, and then starts anew.",
			run: ["git", "undo"],
			details: { entry: open.id },
		},
	);
}

async function fetchUpstream(
	door: GitDoor,
	outer: Worktree,
): Promise<PullTarget> {
	const { root } = outer;
	const head = await headBranch(door, root);
	if (head === undefined) {
		// A rebase detaches it.
		await refuseInProgress(outer, ".");
		throw noUpstream(
			"HEAD is detached, so there is no branch to pull",
			"Go to a branch: git switch NAME",
		);
	}
	const branch = head.slice("refs/heads/".length);
	// A branch without a commit has an upstream too, but git does not resolve it by `@{upstream}`.
	const merge = await gitValue(door, root, [
		"config",
		`branch.${branch}.merge`,
	]);
	const remotes = await readRemotes(door, root);
	const followed = remotes.branches.get(branch);
	if (followed === ".") return localUpstream(door, root, branch, merge);
	if (followed !== undefined && !remotes.urls.has(followed))
		throw noUpstream(
			`${branch} follows ${redact(followed)}, which is no remote of ${root}`,
			"Give it a name (git remote add NAME URL) and let the branch follow that: git branch -u NAME/BRANCH. `git pull` takes it as it is.",
			{ branch, remote: redact(followed) },
		);
	const remote = remoteFor(remotes, branch);
	if (remote === undefined) throw noRemote(root, remotes);
	const theirs = merge === undefined ? undefined : shortName(merge);
	const upstream = theirs && `${remote}/${theirs}`;
	const commit = await fetchTip(door, outer, remote, theirs);
	if (upstream !== undefined && commit !== undefined)
		return { branch, upstream, ref: `refs/remotes/${upstream}`, commit };
	const own = `${remote}/${branch}`;
	throw noUpstream(
		upstream === undefined
			? `${branch} follows no branch of ${remote}`
			: `${upstream}, which ${branch} follows, is gone`,
		own !== upstream && (await commitOf(door, root, `refs/remotes/${own}`))
			? `Let it follow ${own}: ${quotePosix(["git", "branch", "-u", own, branch])}`
			: `Push it: ${quotePosix(["git", "push", "-u", remote, branch])}. Or go to another branch: git switch NAME`,
		{ branch, remote },
	);
}

/** A branch may follow one of the same repository: then there is nothing to fetch. */
async function localUpstream(
	door: GitDoor,
	root: string,
	branch: string,
	merge = "",
): Promise<PullTarget> {
	const upstream = shortName(merge);
	const commit = await commitOf(door, root, merge);
	if (commit !== undefined) return { branch, upstream, ref: merge, commit };
	throw noUpstream(
		`the local branch ${upstream}, which ${branch} follows, is gone`,
		`Let it follow another: ${quotePosix(["git", "branch", "-u", "NAME", branch])}`,
		{ branch, remote: "." },
	);
}

function shortName(ref: string): string {
	return ref.slice("refs/heads/".length);
}

function commitOf(
	door: GitDoor,
	root: string,
	ref: string,
): Promise<string | undefined> {
	return gitValue(door, root, [
		"rev-parse",
		"-q",
		"--verify",
		`${ref}^{commit}`,
	]);
}

function noUpstream(
	message: string,
	hint: string,
	details: Record<string, string> = {},
): LlorchError {
	return new LlorchError("LLORCH_GIT_NO_UPSTREAM", message, { hint, details });
}

function progress(label: string, done: number) {
	return {
		type: "progress",
		task: "git pull",
		label,
		done,
		total: 2,
		unit: "items",
	} as const;
}
