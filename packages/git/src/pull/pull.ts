import { LlorchError, quotePosix, type Work } from "@llorch/core";
import { fetchRemote } from "../fetch.ts";
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
	const head = await gitValue(door, root, ["symbolic-ref", "-q", "HEAD"]);
	if (head === undefined) {
		// A rebase detaches it.
		await refuseInProgress(outer, ".");
		throw new LlorchError(
			"LLORCH_GIT_NO_UPSTREAM",
			"HEAD is detached, so there is no branch to pull",
			{ hint: "Go to a branch: git switch NAME" },
		);
	}
	const branch = head.slice("refs/heads/".length);
	const remotes = await readRemotes(door, root);
	const remote = remoteFor(remotes, branch);
	if (remote === undefined) throw noRemote(root, remotes);
	await fetchRemote(door, root, remote);
	const read = (what: string) =>
		gitValue(door, root, ["rev-parse", "-q", ...what.split(" ")]);
	// A branch without a commit has an upstream too, but git does not resolve it by `@{upstream}`.
	const merge = await gitValue(door, root, [
		"config",
		`branch.${branch}.merge`,
	]);
	const upstream =
		merge === undefined
			? undefined
			: `${remote}/${merge.slice("refs/heads/".length)}`;
	const commit =
		upstream === undefined
			? undefined
			: await read(`--verify refs/remotes/${upstream}^{commit}`);
	if (upstream !== undefined && commit !== undefined)
		return { branch, upstream, commit };
	throw new LlorchError(
		"LLORCH_GIT_NO_UPSTREAM",
		upstream === undefined
			? `${branch} follows no branch of ${remote}`
			: `${upstream}, which ${branch} follows, is gone`,
		{
			hint: (await read(`--verify refs/remotes/${remote}/${branch}^{commit}`))
				? `Let it follow ${remote}/${branch}: ${quotePosix(["git", "branch", "-u", `${remote}/${branch}`, branch])}`
				: `Push it: ${quotePosix(["git", "push", "-u", remote, branch])}. Or go to another branch: git switch NAME`,
			details: { branch, remote },
		},
	);
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
