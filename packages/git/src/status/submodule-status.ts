import { type ErrorInfo, toErrorInfo } from "@llorch/core";
import { findOperation, type Operation } from "../operation.ts";
import { mapAll, type ParallelOptions } from "../parallel.ts";
import { parsePorcelainStatus, STATUS_ARGUMENTS } from "../porcelain-status.ts";
import { textOf } from "../raw-path.ts";
import { isRemoteTip } from "../remote-tips.ts";
import { type GitDoor, git } from "../run-git.ts";
import {
	runSideBySide,
	type Together,
	type TogetherOutput,
} from "../run-together.ts";
import { notText, openSubmodule, unusable } from "../submodules/open.ts";
import type { SubmoduleNode } from "../submodules/tree.ts";

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
	const outputs = await runSideBySide(
		options,
		present.map(({ root }) => ({ folder: root, args: STATUS_ARGUMENTS })),
	);
	const statuses = new Map(
		present.map((node, index) => [node, outputs[index]]),
	);
	const looks = await mapAll(
		nodes,
		(node) => readState(options, node, statuses.get(node)),
		options,
	);
	const questions = looks.flatMap(({ state, questions: open }) =>
		open.map((question) => ({ ...question, state })),
	);
	const answers = await runSideBySide(options, questions);
	for (const [index, { state, answer }] of questions.entries())
		Object.assign(state, answer(answers[index]));
	return looks.map(({ state }) => state);
}

/** What only git knows. All of it is asked together, once everything else is known: a process for each would take most of the time. */
type Question = Together & {
	answer: (output: TogetherOutput | undefined) => Partial<SubmoduleStatus>;
};

type Look = { state: SubmoduleStatus; questions: readonly Question[] };

async function readState(
	door: GitDoor,
	node: SubmoduleNode,
	status: TogetherOutput | undefined,
): Promise<Look> {
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
		return {
			state: { ...unknown, error: toErrorInfo(error) },
			questions: [],
		};
	}
}

async function look(
	door: GitDoor,
	node: SubmoduleNode,
	unknown: SubmoduleStatus,
	known: TogetherOutput | undefined,
): Promise<Look> {
	if (textOf(node.path) === undefined) throw notText(node);
	if (!node.checkedOut && node.unusable !== undefined)
		throw unusable(node.fullPath, node.unusable);
	if (!node.checkedOut) {
		const state = node.recorded === undefined ? "conflicting" : "uninitialised";
		return { state: { ...unknown, state }, questions: [] };
	}
	const worktree = await openSubmodule(node);
	const operation = await findOperation(worktree.gitDir);
	const { commit, branch, entries } = parsePorcelainStatus(
		known?.code === 0
			? known.stdout
			: // One that failed among others is asked again by itself: then it says why.
				await git(door, node.root, STATUS_ARGUMENTS),
	);
	const isTip =
		commit !== undefined && (await isRemoteTip(worktree.commonDir, commit));
	return {
		state: {
			...unknown,
			state: stateUnasked(node, commit),
			commit: commit ?? null,
			branch: branch ?? null,
			changes: entries.length,
			conflicts: entries.filter(({ kind }) => kind === "unmerged").length,
			operation: operation ?? null,
			onRemote: isTip || null,
		},
		questions:
			commit === undefined
				? []
				: [
						...(node.recorded === undefined || node.recorded === commit
							? []
							: [askDistance(node.root, node.recorded, commit)]),
						...(isTip ? [] : [askWhetherOnRemote(node.root, commit)]),
					],
	};
}

/** The state, until git has told how far apart two commits are. */
function stateUnasked(
	{ recorded }: SubmoduleNode,
	commit: string | undefined,
): SubmoduleState {
	if (recorded === undefined) return "conflicting";
	return commit === recorded ? "recorded" : "unfetched";
}

function askDistance(
	folder: string,
	recorded: string,
	commit: string,
): Question {
	return {
		folder,
		args: ["rev-list", "--left-right", "--count", `${recorded}...${commit}`],
		answer: (output) => {
			if (output?.code !== 0) return { state: "unfetched" };
			const [behind = 0, ahead = 0] = output.stdout
				.toString()
				.split("\t")
				.map(Number);
			const state =
				behind > 0 && ahead > 0 ? "diverged" : ahead > 0 ? "ahead" : "behind";
			return { state, ahead, behind };
		},
	};
}

function askWhetherOnRemote(folder: string, commit: string): Question {
	return {
		folder,
		args: ["rev-list", "-n", "1", commit, "--not", "--remotes"],
		answer: (output) => ({
			onRemote: output?.code === 0 ? output.stdout.length === 0 : null,
		}),
	};
}
