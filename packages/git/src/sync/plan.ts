import { LlorchError, quotePath, type Work } from "@llorch/core";
import { type Commit, readCommits } from "../commit.ts";
import { headBranch } from "../head.ts";
import { readRemotes } from "../status/status.ts";
import { lockRepository } from "../undo/act.ts";
import type { Acted } from "../undo/acted.ts";
import type { UndoContext } from "../undo/context.ts";
import {
	findLosses,
	isDirty,
	isLossless,
	type Losses,
} from "../undo/losses.ts";
import { type Recovered, recover } from "../undo/recover.ts";
import { movedRefs, readRefs } from "../undo/refs.ts";
import { surveyWorktree } from "../undo/survey.ts";
import { fetchTarget, refuseElsewhere, type SyncTarget } from "./branch.ts";
import { planSubmodules } from "./plan-submodules.ts";
import type { SubmodulePlan } from "./submodule-plan.ts";

/** What `git sync` will do, and what that takes away. */
export type SyncPlan = {
	target: SyncTarget & { subject: string };
	from: { branch: string | null; commit: string | null };
	/** Whether the repository itself is not there yet. */
	moves: boolean;
	/** Everything that is kept first. */
	acted: Acted[];
	submodules: SubmodulePlan;
	/** Where something would be lost. */
	losses: Losses[];
	/** All is as it shall be. */
	empty: boolean;
	/** Interrupted actions that were brought to an end first. */
	recovered: Recovered[];
};

/**
 * Fetches and works out what going to the remote's branch takes. Changes no file; a half-done earlier action is first brought to
 * its end. Throws LLORCH_LOCKED and what `fetchTarget`, `refuseElsewhere` and `surveyWorktree` throw.
 */
export async function* planSync(
	context: UndoContext,
	options: { branch?: string | undefined } = {},
): Work<SyncPlan> {
	await using _lock = await lockRepository(context);
	const recovered = yield* recover(context);
	const { outer } = context;
	const { root } = outer;
	const refsBefore = await readRefs(context, root);
	const head = await headBranch(context, root);
	const current = head?.slice("refs/heads/".length);
	yield progress("fetching", 0);
	const remotes = await readRemotes(context, root);
	const target = await fetchTarget(
		context,
		outer,
		remotes,
		current,
		options.branch,
	);
	await refuseElsewhere(context, outer, target.branch);

	yield progress("looking", 1);
	const survey = await surveyWorktree(context, root, target.commit);
	const { commit } = survey.status;
	const branchRef = `refs/heads/${target.branch}`;
	const old = refsBefore.find(({ name }) => name === branchRef)?.oid;
	const leaving = [old, head === undefined ? commit : undefined].filter(
		(oid) => oid !== undefined,
	);
	const losses = await findLosses(context, outer, survey, {
		path: ".",
		target: target.commit,
		leaving,
		held: [
			target.commit,
			`--exclude=${target.branch}`,
			"--branches",
			"--tags",
			"--remotes",
		],
	});
	const moves = head !== branchRef || commit !== target.commit;
	const own: Acted = {
		worktree: outer,
		path: ".",
		extent: "all",
		target: target.commit,
		scope: [branchRef, "refs/remotes/", "refs/tags/"],
		refsBefore,
		head: { branch: head ?? null, commit: commit ?? null },
	};
	const submodules = yield* planSubmodules(context, outer, target.commit);
	const [described] = (await readCommits(context, root, [
		"-1",
		target.commit,
	])) as [Commit];
	const involved = moves || isDirty(survey, losses);
	// A new branch or tag of the remote's is nothing to do, but an undo shall take it back too.
	const fetched =
		movedRefs(refsBefore, await readRefs(context, root)).length > 0;
	return {
		target: { ...target, subject: described.subject },
		from: { branch: current ?? null, commit: commit ?? null },
		moves: involved,
		acted: [
			// A submodule to check out changes the repository's configuration, so that is kept in any case.
			involved || fetched
				? own
				: { worktree: outer, path: ".", extent: "configuration" },
			...submodules.acted,
		],
		submodules,
		losses: [losses, ...submodules.losses].filter((one) => !isLossless(one)),
		empty: !involved && submodules.steps.every(({ step }) => step === "keep"),
		recovered,
	};
}

/** Throws LLORCH_GIT_CHANGED_MEANWHILE when more would be lost now than was shown. */
export function refuseMore(
	shown: readonly Losses[],
	now: readonly Losses[],
): void {
	for (const { path, ...losses } of now) {
		const before = shown.find((one) => one.path === path);
		const files = new Set(before?.files.map((file) => file.path));
		const commits = new Set(before?.commits.map(({ hash }) => hash));
		const file = losses.files.find((one) => !files.has(one.path));
		if (file !== undefined)
			throw changed(`${quotePath(file.path)} changed since you were asked`);
		if (losses.commits.some(({ hash }) => !commits.has(hash)))
			throw newCommits(path);
	}
}

export function newCommits(path: string): LlorchError {
	const where = path === "." ? "the repository" : path;
	return changed(`there are new commits in ${where} since you were asked`);
}

function changed(message: string): LlorchError {
	return new LlorchError("LLORCH_GIT_CHANGED_MEANWHILE", message, {
		hint: "Nothing was changed. Look again.",
		run: ["git", "status"],
	});
}

function progress(label: string, done: number) {
	return {
		type: "progress",
		task: "git sync",
		label,
		done,
		total: 2,
		unit: "items",
	} as const;
}
