import { type ErrorInfo, toErrorInfo } from "@llorch/core";
import { findOperation, type Operation } from "../operation.ts";
import { mapAll, type ParallelOptions } from "../parallel.ts";
import {
	type PorcelainStatus,
	parsePorcelainStatus,
} from "../porcelain-status.ts";
import { textOf } from "../raw-path.ts";
import { isOnRemote } from "../remote-tips.ts";
import { type GitDoor, git, gitValue } from "../run-git.ts";
import { notText, openSubmodule, unusable } from "../submodules/open.ts";
import type { SubmoduleNode } from "../submodules/tree.ts";
import { readStatuses, STATUS_ARGUMENTS } from "./statuses.ts";

export type SubmoduleState =
	/** Not checked out. */
	| "uninitialised"
	/** At the commit that the repository records. */
	| "recorded"
	| "ahead"
	| "behind"
	| "diverged"
	/** The recorded commit is not here: it has to be fetched before one can compare. */
	| "unfetched"
	/** The repository's own entry for it is in conflict. */
	| "conflicting"
	/** Could not be looked at; `error` says why. */
	| "unreadable";

/** A submodule and how it stands to what its repository records. */
export type SubmoduleStatus = {
	name: string;
	/** From the root of the outermost repository. */
	path: string;
	state: SubmoduleState;
	recorded: string | null;
	commit: string | null;
	/** null: HEAD is detached, as submodules usually are. */
	branch: string | null;
	/** Commits that it has and the recorded one has not, and the other way round. */
	ahead: number;
	behind: number;
	/** Uncommitted changes, untracked files included. */
	changes: number;
	/** Files in conflict among them. */
	conflicts: number;
	operation: Operation | null;
	/** Whether its commit is on a remote, as far as was fetched; null: not known. */
	onRemote: boolean | null;
	error?: ErrorInfo;
};

/**
 * Looks at submodules. What cannot be read is a state, never an exception; throws only the signal's reason and what keeps
 * every program from running.
 */
export async function readSubmoduleStates(
	options: GitDoor & ParallelOptions,
	nodes: readonly SubmoduleNode[],
): Promise<SubmoduleStatus[]> {
	const present = nodes.filter(
		({ checkedOut, path }) => checkedOut && textOf(path) !== undefined,
	);
	const roots = present.map(({ root }) => root);
	const statuses = await readStatuses(options, roots);
	return mapAll(
		nodes,
		(node) => readState(options, node, statuses.get(node.root)),
		options,
	);
}

async function readState(
	door: GitDoor,
	node: SubmoduleNode,
	status: PorcelainStatus | undefined,
): Promise<SubmoduleStatus> {
	const unknown: SubmoduleStatus = {
		name: node.name,
		path: node.fullPath,
		state: "unreadable",
		recorded: node.recorded ?? null,
		commit: null,
		branch: null,
		ahead: 0,
		behind: 0,
		changes: 0,
		conflicts: 0,
		operation: null,
		onRemote: null,
	};
	try {
		return await look(door, node, unknown, status);
	} catch (error) {
		door.signal.throwIfAborted();
		return { ...unknown, error: toErrorInfo(error) };
	}
}

async function look(
	door: GitDoor,
	node: SubmoduleNode,
	unknown: SubmoduleStatus,
	known: PorcelainStatus | undefined,
): Promise<SubmoduleStatus> {
	if (textOf(node.path) === undefined) throw notText(node);
	if (!node.checkedOut && node.unusable !== undefined)
		throw unusable(node.fullPath, node.unusable);
	if (!node.checkedOut)
		return {
			...unknown,
			state: node.recorded === undefined ? "conflicting" : "uninitialised",
		};
	const worktree = await openSubmodule(node);
	const operation = await findOperation(worktree.gitDir);
	// One that failed among others is asked again by itself: then it says why.
	const status =
		known ?? parsePorcelainStatus(await git(door, node.root, STATUS_ARGUMENTS));
	const { commit, branch, entries } = status;
	const [compared, onRemote] = await Promise.all([
		compare(door, node, commit),
		commit === undefined ? null : isOnRemote(door, worktree, commit),
	]);
	return {
		...unknown,
		...compared,
		commit: commit ?? null,
		branch: branch ?? null,
		changes: entries.length,
		conflicts: entries.filter(({ kind }) => kind === "unmerged").length,
		operation: operation ?? null,
		onRemote,
	};
}

type Compared = Pick<SubmoduleStatus, "state" | "ahead" | "behind">;

async function compare(
	door: GitDoor,
	{ root, recorded }: SubmoduleNode,
	commit: string | undefined,
): Promise<Compared> {
	if (recorded === undefined)
		return { state: "conflicting", ahead: 0, behind: 0 };
	if (commit === recorded) return { state: "recorded", ahead: 0, behind: 0 };
	const counts =
		commit === undefined
			? undefined
			: await gitValue(door, root, [
					"rev-list",
					"--left-right",
					"--count",
					`${recorded}...${commit}`,
				]);
	if (counts === undefined) return { state: "unfetched", ahead: 0, behind: 0 };
	const [behind = 0, ahead = 0] = counts.split("\t").map(Number);
	if (behind > 0 && ahead > 0) return { state: "diverged", ahead, behind };
	return { state: ahead > 0 ? "ahead" : "behind", ahead, behind };
}
