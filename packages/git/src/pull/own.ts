import {
	type ErrorInfo,
	formatCount,
	LlorchError,
	quotePaths,
	succeeded,
	toErrorInfo,
} from "@llorch/core";
import { type Commit, readCommits } from "../commit.ts";
import { headCommit } from "../head.ts";
import { refuseInProgress } from "../in-progress.ts";
import { findOperation } from "../operation.ts";
import { parsePorcelainStatus } from "../porcelain-status.ts";
import { type ShownPath, shownPath, splitNul } from "../raw-path.ts";
import { type GitDoor, git, gitFailed, gitValue, runGit } from "../run-git.ts";
import {
	findUntrackedInTheWay,
	ignoredInTheWay,
} from "../submodules/ignored.ts";
import {
	changesInTheWay,
	findOverlap,
	moveGently,
} from "../submodules/move.ts";
import type { Worktree } from "../worktree.ts";
import { type PullMode, readPullMode } from "./mode.ts";

// Taking back must not be cut short by the Ctrl-C that made it necessary. It may write a large tree.
const TAKE_BACK_MS = 60_000;

/** What a pull did to the repository itself. */
export type PulledRepository = {
	branch: string;
	upstream: string;
	status: "unchanged" | "fast-forward" | "rebased" | "merged" | "failed";
	from: string | null;
	to: string | null;
	/** What came from the remote, the newest first. */
	commits: Commit[];
	/** Own commits that now stand on top of them. */
	own: number;
	/** Files that changed. */
	files: (ShownPath & { letter: string })[];
	error?: ErrorInfo;
};

export type PullTarget = {
	branch: string;
	/** `origin/main` */
	upstream: string;
	/** Where it is noted. */
	ref: string;
	/** What it is now. */
	commit: string;
};

/** Brings the branch together with what was fetched. What cannot be done is in `error`, and nothing has been changed then. */
export async function pullRepository(
	door: GitDoor,
	worktree: Worktree,
	target: PullTarget,
): Promise<PulledRepository> {
	const { root } = worktree;
	const { branch, upstream, commit } = target;
	const from = await headCommit(door, root);
	const result = {
		branch,
		upstream,
		from: from ?? null,
		commits:
			from === undefined
				? []
				: await readCommits(door, root, ["-n1000", `${from}..${commit}`, "--"]),
		own: 0,
	};
	try {
		await refuseInProgress(worktree, ".");
		const status = await bringTogether(door, worktree, from, target);
		const to = await headCommit(door, root);
		return {
			...result,
			status,
			to: to ?? null,
			own:
				status === "rebased" ? await count(door, root, `${commit}..HEAD`) : 0,
			files:
				from === undefined || to === undefined || from === to
					? []
					: await changedFiles(door, root, from, to),
		};
	} catch (error) {
		if (door.signal.aborted) throw error;
		return {
			...result,
			status: "failed",
			to: result.from,
			files: [],
			error: toErrorInfo(error),
		};
	}
}

async function bringTogether(
	door: GitDoor,
	worktree: Worktree,
	from: string | undefined,
	{ branch, ref, commit }: PullTarget,
): Promise<PulledRepository["status"]> {
	const { root } = worktree;
	// A branch without a commit takes over what there is.
	const own =
		from === undefined ? 0 : await count(door, root, `${commit}..${from}`);
	const theirs =
		from === undefined ? 1 : await count(door, root, `${from}..${commit}`);
	if (theirs === 0) return "unchanged";
	if (own === 0) {
		await moveGently(
			door,
			root,
			".",
			["merge", "--quiet", "--ff-only", commit],
			commit,
		);
		return "fast-forward";
	}
	const mode = await readPullMode(door, root, branch);
	if (mode === "fast-forward")
		throw new LlorchError(
			"LLORCH_GIT_CONFLICT",
			`${branch} has ${formatCount(own, "commit")} of its own, and pull.ff is "only"`,
			{ hint: "Bring them together by hand: git rebase, or git merge." },
		);
	await refuseOverlap(door, root, commit, mode);
	await refuseIgnored(door, root, commit, mode);
	if (mode === "merge") {
		await runWhole(door, worktree, "merge", ["--no-edit", commit]);
		return "merged";
	}
	const merges = mode === "rebase-merges" ? ["--rebase-merges"] : [];
	// Commits that the remote once had and has no more are not ours: upstream has rewritten them.
	const fork = await gitValue(door, root, [
		...["merge-base", "--fork-point", ref, "HEAD"],
	]);
	const onto = fork === undefined ? [commit] : ["--onto", commit, fork];
	await runWhole(door, worktree, "rebase", [
		...["--autostash", ...merges],
		...onto,
	]);
	return "rebased";
}

/** Uncommitted changes to what the remote changed too could only be put back as conflicts. */
async function refuseOverlap(
	door: GitDoor,
	root: string,
	commit: string,
	mode: PullMode,
): Promise<void> {
	const base = await gitValue(door, root, ["merge-base", "HEAD", commit]);
	const overlap =
		base === undefined ? [] : await findOverlap(door, root, base, commit);
	if (overlap.length > 0) throw changesInTheWay(".", overlap);
	const status = parsePorcelainStatus(
		await git(door, root, [
			"status",
			"--porcelain=v2",
			"-z",
			"--no-renames",
			"--ignore-submodules=all",
		]),
	);
	// A merge needs the index for itself. A rebase puts uncommitted changes aside for the time, and brings back the files but not
	// what was staged of them.
	const staged = mode === "merge" ? /^[^.]/ : /^[^.]{2}/;
	const inTheWay = status.entries
		.filter(({ kind, xy }) => kind === "changed" && staged.test(xy))
		.map(({ path }) => path);
	if (inTheWay.length > 0) throw changesInTheWay(".", inTheWay);
}

/** A merge and a rebase overwrite what git ignores, and have no option to refuse. */
async function refuseIgnored(
	door: GitDoor,
	root: string,
	commit: string,
	mode: PullMode,
): Promise<void> {
	// A merge goes by what the remote did since; a rebase first goes to the remote's commit, then does ours one by one.
	const base =
		mode === "merge"
			? await gitValue(door, root, ["merge-base", "HEAD", commit])
			: undefined;
	const steps =
		mode === "merge"
			? []
			: (await git(door, root, ["rev-list", `${commit}..HEAD`, "--"]))
					.toString()
					.split("\n")
					.filter((line) => line !== "");
	const files = await findUntrackedInTheWay(
		door,
		root,
		base ?? "HEAD",
		commit,
		steps,
	);
	if (files.length > 0) throw ignoredInTheWay(".", files);
}

/**
 * Runs what may stop half way, and takes back what it has left then: also after Ctrl-C, because a rebase has put uncommitted
 * changes aside for the time.
 */
async function runWhole(
	door: GitDoor,
	worktree: Worktree,
	command: "rebase" | "merge",
	options: readonly string[],
): Promise<void> {
	const { root } = worktree;
	const args = ["-c", "merge.autoStash=false", command, "--quiet", ...options];
	let whole = false;
	try {
		const output = await runGit(door, root, args, {
			env: { GIT_EDITOR: "true" },
		});
		whole = succeeded(output.result);
		if (whole) return;
		const files = await conflicts(door, root);
		if (files.length === 0) throw gitFailed(root, args, output);
		throw conflict(
			files,
			`git pull ${command === "rebase" ? "--rebase" : "--no-rebase"}`,
		);
	} finally {
		if (!whole) await takeBack(door, worktree, command);
	}
}

/** Throws LLORCH_GIT_MID_OPERATION when git cannot. */
async function takeBack(
	{ runner, signal }: GitDoor,
	{ root, gitDir }: Worktree,
	command: "rebase" | "merge",
): Promise<void> {
	// While its hooks run, a merge has changed files and has not noted yet that it is one.
	const unnoted = command === "merge" && signal.aborted;
	if (!unnoted && (await findOperation(gitDir)) !== command) return;
	const door = { runner, signal: AbortSignal.timeout(TAKE_BACK_MS) };
	try {
		// What `git merge --abort` does, but for the look at MERGE_HEAD.
		await git(
			door,
			root,
			command === "merge" ? ["reset", "--merge"] : ["rebase", "--abort"],
		);
	} catch (cause) {
		throw new LlorchError(
			"LLORCH_GIT_MID_OPERATION",
			`${root} was left in the middle of a ${command}: ${toErrorInfo(cause).message}`,
			{
				hint:
					command === "merge"
						? "To take it back: git reset --merge"
						: "To take it back: git rebase --abort. If that fails: git rebase --quit, then git stash pop brings your uncommitted changes back.",
				details: { path: root, operation: command },
				cause,
			},
		);
	}
}

function conflict(files: readonly string[], command: string): LlorchError {
	return new LlorchError(
		"LLORCH_GIT_CONFLICT",
		`your commits and the remote's both changed ${quotePaths(files)}`,
		{
			hint: `Nothing was changed. To solve the conflicts yourself: ${command}`,
			details: { files: [...files] },
		},
	);
}

async function conflicts(door: GitDoor, root: string): Promise<string[]> {
	const { entries } = parsePorcelainStatus(
		await git(door, root, ["status", "--porcelain=v2", "-z"]),
	);
	return entries
		.filter(({ kind }) => kind === "unmerged")
		.map(({ path }) => shownPath(path).path);
}

async function changedFiles(
	door: GitDoor,
	root: string,
	from: string,
	to: string,
): Promise<PulledRepository["files"]> {
	const parts = splitNul(
		await git(door, root, [
			"diff-tree",
			"-r",
			"-z",
			"--name-status",
			"--no-renames",
			from,
			to,
		]),
	);
	return parts.flatMap((letter, at) => {
		const path = parts[at + 1];
		return at % 2 === 0 && path !== undefined
			? [{ ...shownPath(path), letter }]
			: [];
	});
}

async function count(
	door: GitDoor,
	root: string,
	range: string,
): Promise<number> {
	return Number(await git(door, root, ["rev-list", "--count", range, "--"]));
}
