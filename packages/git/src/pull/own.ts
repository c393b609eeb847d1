import {
	type ErrorInfo,
	formatCount,
	LlorchError,
	succeeded,
	toErrorInfo,
} from "@llorch/core";
import { type Commit, readCommits } from "../commit.ts";
import { refuseInProgress } from "../in-progress.ts";
import { parsePorcelainStatus } from "../porcelain-status.ts";
import { type ShownPath, shownPath, splitNul } from "../raw-path.ts";
import { type GitDoor, git, gitFailed, gitValue, runGit } from "../run-git.ts";
import {
	changesInTheWay,
	findOverlap,
	moveGently,
} from "../submodules/move.ts";
import type { Worktree } from "../worktree.ts";
import { type PullMode, readPullMode } from "./mode.ts";

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
	/** What that is now. */
	commit: string;
};

/** Brings the branch together with what was fetched. What cannot be done is in `error`, and nothing has been changed then. */
export async function pullRepository(
	door: GitDoor,
	worktree: Worktree,
	{ branch, upstream, commit }: PullTarget,
): Promise<PulledRepository> {
	const { root } = worktree;
	const from = await head(door, root);
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
		const status = await bringTogether(door, root, branch, from, commit);
		const to = await head(door, root);
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
		door.signal.throwIfAborted();
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
	root: string,
	branch: string,
	from: string | undefined,
	commit: string,
): Promise<PulledRepository["status"]> {
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
	await refuseOverlap(door, root, commit);
	if (mode === "merge") await merge(door, root, commit);
	else await rebase(door, root, commit, mode);
	return mode === "merge" ? "merged" : "rebased";
}

/** Uncommitted changes to what the remote changed too could only be put back as conflicts. */
async function refuseOverlap(
	door: GitDoor,
	root: string,
	commit: string,
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
	const halfStaged = status.entries
		.filter(({ kind, xy }) => kind === "changed" && !xy.includes("."))
		.map(({ path }) => path);
	// git puts uncommitted changes aside for the time, and brings back the files but not what was staged of them.
	if (halfStaged.length > 0) throw changesInTheWay(".", halfStaged);
}

async function rebase(
	door: GitDoor,
	root: string,
	commit: string,
	mode: PullMode,
): Promise<void> {
	const args = [
		"rebase",
		"--quiet",
		"--autostash",
		...(mode === "rebase-merges" ? ["--rebase-merges"] : []),
		commit,
	];
	const output = await runGit(door, root, args, {
		env: { GIT_EDITOR: "true" },
	});
	if (succeeded(output.result)) return;
	const files = await conflicts(door, root);
	const aborted = await runGit(door, root, ["rebase", "--abort"]);
	if (!succeeded(aborted.result) || files.length === 0)
		throw gitFailed(root, args, output);
	throw conflict(files, "git pull --rebase");
}

async function merge(
	door: GitDoor,
	root: string,
	commit: string,
): Promise<void> {
	const args = ["merge", "--quiet", "--no-edit", commit];
	const output = await runGit(door, root, args);
	if (succeeded(output.result)) return;
	const files = await conflicts(door, root);
	if (files.length === 0) throw gitFailed(root, args, output);
	await git(door, root, ["merge", "--abort"]);
	throw conflict(files, "git pull --no-rebase");
}

function conflict(files: readonly string[], command: string): LlorchError {
	return new LlorchError(
		"LLORCH_GIT_CONFLICT",
		`your commits and the remote's both changed ${files.slice(0, 5).join(", ")}${files.length > 5 ? ` and ${files.length - 5} more files` : ""}`,
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

function head(door: GitDoor, root: string): Promise<string | undefined> {
	return gitValue(door, root, ["rev-parse", "-q", "--verify", "HEAD^{commit}"]);
}

async function count(
	door: GitDoor,
	root: string,
	range: string,
): Promise<number> {
	return Number(await git(door, root, ["rev-list", "--count", range, "--"]));
}
