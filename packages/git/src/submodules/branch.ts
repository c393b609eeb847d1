import {
	closest,
	type Event,
	LlorchError,
	toErrorInfo,
	type Work,
} from "@llorch/core";
import { type Branches, type LocalBranch, listBranches } from "../branches.ts";
import { fetchRemote, remoteNames } from "../fetch.ts";
import { headCommit, readHead } from "../head.ts";
import { refuseInProgress } from "../in-progress.ts";
import { refuseInterrupted } from "../pull/pull.ts";
import type { OrdinaryDoor } from "../simple-git.ts";
import { lockRepository } from "../undo/act.ts";
import type { UndoContext } from "../undo/context.ts";
import { findSubmodule } from "./find.ts";
import { refuseToLeaveCommits } from "./leave.ts";
import { moveGently } from "./move.ts";
import { openSubmodule } from "./open.ts";
import { listTree, type SubmoduleNode } from "./tree.ts";

/** The branches of a submodule. */
export type SubmoduleBranches = Branches & {
	path: string;
	commit: string | null;
};

export type Switched = {
	path: string;
	branch: string;
	commit: string;
	from: { branch: string | null; commit: string | null };
	/** The branch was only on the remote, and was made here to follow that one. */
	created: boolean;
	/** What the branch follows, as of now. */
	upstream: LocalBranch["upstream"];
};

type Context = UndoContext & OrdinaryDoor;

/** Lists the branches of a submodule. Throws as `findSubmodule` does, LLORCH_GIT_SUBMODULE_ABSENT. */
export async function listSubmoduleBranches(
	context: Context,
	{ name }: { name: string },
): Promise<SubmoduleBranches> {
	const node = await findPresent(context, name);
	const { commit } = await readHead(context, node.root);
	return {
		path: node.fullPath,
		commit,
		...(await listBranches(context, node.root)),
	};
}

/**
 * Fetches, and switches a submodule to a branch; one that only the remote has is made to follow it. Uncommitted changes come along, or
 * it refuses. Throws LLORCH_GIT_UNKNOWN_BRANCH, LLORCH_GIT_COMMITS_AT_RISK, LLORCH_GIT_CHANGES_IN_THE_WAY, LLORCH_GIT_MID_OPERATION,
 * LLORCH_GIT_FETCH_FAILED where the branch is not here yet, LLORCH_LOCKED.
 */
export async function* switchSubmodule(
	context: Context,
	{ name, branch }: { name: string; branch: string },
): Work<Switched> {
	await using _lock = await lockRepository(context);
	await refuseInterrupted(context);
	const node = await findPresent(context, name);
	const { root, fullPath: path } = node;
	await refuseInProgress(await openSubmodule(node), path);
	const from = await readHead(context, root);
	const [remote] = await remoteNames(context, root);
	let known = await listBranches(context, root);
	if (remote !== undefined) {
		yield* fetchOr(context, root, remote, (error) => {
			if (!isLocal(known, branch)) throw error;
		});
		known = await listBranches(context, root);
	}
	const created = !isLocal(known, branch);
	const target = `${remote}/${branch}`;
	if (created && !known.remote.some((one) => one.name === target))
		throw unknownBranch(path, branch, known, remote);
	const ref = created ? `refs/remotes/${target}` : `refs/heads/${branch}`;
	await refuseToLeaveCommits(context, root, path, ref);
	await moveGently(
		context,
		root,
		path,
		created
			? ["switch", "--quiet", "--create", branch, "--track", target]
			: ["switch", "--quiet", "--no-guess", branch],
		ref,
	);
	const commit = await headCommit(context, root);
	const { upstream = null } =
		known.local.find(({ name: one }) => one === branch) ?? {};
	return {
		path,
		branch,
		commit: commit ?? "",
		from: {
			...from,
			branch: from.branch?.slice("refs/heads/".length) ?? null,
		},
		created,
		upstream,
	};
}

function isLocal({ local }: Branches, branch: string): boolean {
	return local.some(({ name }) => name === branch);
}

async function* fetchOr(
	context: Context,
	root: string,
	remote: string,
	otherwise: (error: unknown) => void,
): AsyncGenerator<Event, void, void> {
	try {
		await fetchRemote(context, root, remote);
	} catch (error) {
		context.signal.throwIfAborted();
		otherwise(error);
		yield { type: "note", level: "warn", text: toErrorInfo(error).message };
	}
}

async function findPresent(
	context: Context,
	name: string,
): Promise<SubmoduleNode> {
	const node = findSubmodule(await listTree(context, context.outer.root), name);
	if (node.checkedOut) {
		await openSubmodule(node);
		return node;
	}
	throw new LlorchError(
		"LLORCH_GIT_SUBMODULE_ABSENT",
		`${node.fullPath} is not checked out`,
		{ run: ["git", "submodules", "update", "--recorded", node.fullPath] },
	);
}

function unknownBranch(
	path: string,
	branch: string,
	{ local, remote }: Branches,
	remoteName: string | undefined,
): LlorchError {
	const names = [
		...local.map(({ name }) => name),
		...remote.map(({ name }) => name.slice((remoteName?.length ?? -1) + 1)),
	];
	const meant = closest(branch, names);
	return new LlorchError(
		"LLORCH_GIT_UNKNOWN_BRANCH",
		`${path} has no branch ${branch}${meant === undefined ? "" : ` (did you mean ${meant}?)`}`,
		{ run: ["git", "submodules", "branch", path], details: { path, branch } },
	);
}
