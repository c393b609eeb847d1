import {
	formatCount,
	LlorchError,
	quotePosix,
	toErrorInfo,
	type Work,
} from "@llorch/core";
import { headBranch, headCommit } from "../head.ts";
import { refuseInProgress } from "../in-progress.ts";
import {
	forAll,
	type ParallelOptions,
	resultOf,
	shareOut,
} from "../parallel.ts";
import { textOf } from "../raw-path.ts";
import { type GitDoor, git } from "../run-git.ts";
import { checkOut } from "../sync/place-submodules.ts";
import { hasRepository } from "../worktree.ts";
import { readyClone } from "./clone.ts";
import { findUntrackedInTheWay, ignoredInTheWay } from "./ignored.ts";
import { initialise } from "./initialise.ts";
import { refuseToLeaveCommits } from "./leave.ts";
import { moveGently } from "./move.ts";
import { notText, openSubmodule, refuseLink } from "./open.ts";
import type { SubmoduleRow } from "./row.ts";
import {
	readSubmoduleSettings,
	type SubmoduleSettings,
	whyLeftAlone,
} from "./settings.ts";
import { listSubmodules, type Submodule } from "./submodule.ts";
import { findTarget, type Goal, type Target } from "./target.ts";
import { undecided } from "./undecided.ts";

export type BringOptions = Omit<GitDoor, "signal"> & ParallelOptions;

type Placed = Submodule & { parent: string; fullPath: string };

/**
 * Brings submodules of one repository, and all that are in them, up to date, several at once. Nothing uncommitted is touched and no
 * commit left behind: what cannot be done is a failed row. Those below go to what is recorded.
 */
export async function* bringSubmodules(
	options: BringOptions,
	parent: string,
	prefix: string,
	goal: Goal,
	only?: readonly string[],
): Work<SubmoduleRow[]> {
	const settings = await readSubmoduleSettings(options, parent);
	const submodules = (await listSubmodules(options, parent))
		.map((one) => ({
			...one,
			parent,
			fullPath: `${prefix}${textOf(one.path) ?? one.path}`,
		}))
		.filter(({ fullPath }) => only?.includes(fullPath) ?? true);
	const unprepared = await initialise(
		options,
		parent,
		"init",
		await absentPaths(submodules, settings),
	);
	const inside = shareOut(options, submodules.length);
	const rows: SubmoduleRow[] = [];
	// The first one may be a long clone.
	if (prefix === "" && submodules.length > 0)
		yield progress(0, submodules.length);
	const outcomes = yield* forAll(
		submodules.map((input) => ({ id: input.fullPath, input })),
		async function* (submodule) {
			const row = await bringOne(
				options,
				submodule,
				settings,
				goal,
				unprepared.get(textOf(submodule.path) ?? ""),
			);
			const inner =
				row.status === "failed" || row.status === "skipped"
					? []
					: yield* bringSubmodules(
							inside,
							submodule.root,
							`${submodule.fullPath}/`,
							"recorded",
						);
			rows.push(row);
			// Those below are part of their outer one, and the end is told by the rows.
			if (prefix === "" && rows.length < submodules.length)
				yield progress(rows.length, submodules.length);
			return [row, ...inner];
		},
		options,
	);
	return outcomes.flatMap(resultOf);
}

function progress(done: number, total: number) {
	return {
		type: "progress",
		task: "git submodules",
		label: "submodules",
		done,
		total,
		unit: "items",
	} as const;
}

/** The paths of those that have to be cloned. */
async function absentPaths(
	submodules: readonly Placed[],
	settings: SubmoduleSettings,
): Promise<string[]> {
	const paths: string[] = [];
	for (const submodule of submodules) {
		const path = textOf(submodule.path);
		if (path === undefined || whyLeftAlone(submodule, settings)) continue;
		if (!(await hasRepository(submodule.root))) paths.push(path);
	}
	return paths;
}

async function bringOne(
	options: BringOptions,
	submodule: Placed,
	settings: SubmoduleSettings,
	goal: Goal,
	unprepared: LlorchError | undefined,
): Promise<SubmoduleRow> {
	const { fullPath: path } = submodule;
	const row = { path, from: null, to: null };
	const reason = whyLeftAlone(submodule, settings);
	if (reason !== undefined) return { ...row, status: "skipped", reason };
	try {
		if (unprepared !== undefined) throw unprepared;
		return await move(options, submodule, settings, goal);
	} catch (error) {
		options.signal.throwIfAborted();
		const from = await openSubmodule(submodule).then(
			() => headCommit(options, submodule.root),
			() => undefined,
		);
		return {
			path,
			from: from ?? null,
			to: from ?? null,
			status: "failed",
			error: toErrorInfo(error),
		};
	}
}

async function move(
	options: BringOptions,
	submodule: Placed,
	settings: SubmoduleSettings,
	goal: Goal,
): Promise<SubmoduleRow> {
	const { fullPath: path, root, parent, recorded } = submodule;
	const ownPath = textOf(submodule.path);
	if (ownPath === undefined) throw notText(submodule);
	if (recorded === undefined && goal === "recorded") throw undecided(submodule);
	await refuseLink(submodule);
	const absent = !(await hasRepository(root));
	if (absent) {
		await readyClone(options, submodule);
		await checkOut(options, parent, ownPath);
	}
	const worktree = await openSubmodule(submodule);
	const from = absent ? undefined : await headCommit(options, root);
	const target = await findTarget(options, submodule, goal);
	const now = await headCommit(options, root);
	if (now === target.commit)
		return {
			path,
			status: absent ? "checked-out" : "unchanged",
			from: from ?? null,
			to: target.commit,
		};
	await refuseInProgress(worktree, path);
	const how = settings.get(submodule.name)?.update ?? submodule.update;
	if (how !== undefined && how !== "checkout") {
		const files = await findUntrackedInTheWay(
			options,
			root,
			"HEAD",
			target.commit,
		);
		if (files.length > 0) throw ignoredInTheWay(path, files);
		// Merge, rebase, or a command of the user's: git knows how.
		await git(options, parent, [
			"submodule",
			"--quiet",
			"update",
			...(goal === "tip" ? ["--remote", "--no-fetch"] : []),
			"--",
			ownPath,
		]);
	} else await follow(options, root, path, target);
	return {
		path,
		status: absent ? "checked-out" : "moved",
		from: from ?? null,
		to: (await headCommit(options, root)) ?? target.commit,
	};
}

async function follow(
	door: GitDoor,
	root: string,
	path: string,
	{ commit, branch }: Target,
): Promise<void> {
	const head = await headBranch(door, root);
	if (branch !== undefined && head === `refs/heads/${branch}`) {
		// It is on the very branch that it follows: that one moves along, unless it has gone its own way.
		const own = Number(
			await git(door, root, ["rev-list", "--count", `${commit}..HEAD`]),
		);
		if (own > 0)
			throw new LlorchError(
				"LLORCH_GIT_CONFLICT",
				`${branch} in ${path} has ${formatCount(own, "commit")} of its own`,
				{
					hint: `Rebase them: ${quotePosix(["git", "-C", root, "pull", "--rebase"])}`,
				},
			);
		return moveGently(
			door,
			root,
			path,
			["merge", "--quiet", "--ff-only", commit],
			commit,
		);
	}
	await refuseToLeaveCommits(door, root, path, commit);
	await moveGently(
		door,
		root,
		path,
		["checkout", "--quiet", "--detach", commit, "--"],
		commit,
	);
}
