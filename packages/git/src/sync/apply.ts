import { LlorchError, type Work } from "@llorch/core";
import { git, gitValue } from "../run-git.ts";
import type { SubmoduleRow } from "../submodules/row.ts";
import { act, lockRepository } from "../undo/act.ts";
import type { Acted } from "../undo/acted.ts";
import type { UndoContext } from "../undo/context.ts";
import type { Kept } from "../undo/kept.ts";
import { findLosses, type Losses } from "../undo/losses.ts";
import { recover } from "../undo/recover.ts";
import type { Ref } from "../undo/refs.ts";
import { fetchesBranch } from "./branch.ts";
import { placeSubmodules } from "./place-submodules.ts";
import { newCommits, refuseMore, type SyncPlan } from "./plan.ts";
import { previewRows } from "./submodule-plan.ts";

/** What `git sync` did, or would do. */
export type Synced = {
	/** False: nothing was done, this is what would be. */
	done: boolean;
	remote: string;
	branch: string;
	commit: string;
	subject: string;
	from: { branch: string | null; commit: string | null };
	submodules: SubmoduleRow[];
	/** What was taken away, or would be. */
	losses: Losses[];
	/** null: nothing had to be changed. */
	kept: KeptSummary | null;
};

/** Where to find what was there before. */
export type KeptSummary = {
	/** The id for `git undo`. */
	entry: string;
	files: number;
	commits: number;
	/** Files over the limit: they were moved, not copied. */
	moved: { path: string; size: number }[];
};

/**
 * Does what was planned. Throws LLORCH_LOCKED, LLORCH_GIT_CHANGED_MEANWHILE, and what keeping throws; nothing has been changed then.
 */
export async function* applySync(
	context: UndoContext,
	plan: SyncPlan,
): Work<Synced> {
	const done = { ...previewSync(plan), done: true };
	const { target } = plan;
	if (plan.empty) return done;
	await using _lock = await lockRepository(context);
	refuseRecovered(yield* recover(context));
	const { id, value } = yield* act(
		context,
		{
			action: "sync",
			what: `${target.branch} to ${target.commit.slice(0, 12)} of ${target.remote}`,
			repositories: plan.acted,
			checksOut: plan.submodules.checksOut,
		},
		(kept) => refuseNewLosses(context, plan.losses, plan.acted, kept),
		async function* (_id, kept) {
			if (plan.moves) await moveTo(context, plan);
			const rows = yield* placeSubmodules(context, plan.submodules);
			return { rows, kept };
		},
	);
	return {
		...done,
		submodules: value.rows,
		kept: summarise(id, plan.losses, value.kept),
	};
}

/** What a plan would do, in the shape of what it did. */
export function previewSync(plan: SyncPlan): Synced {
	const { remote, branch, commit, subject } = plan.target;
	return {
		done: false,
		remote,
		branch,
		commit,
		subject,
		from: plan.from,
		submodules: previewRows(plan.submodules),
		losses: plan.losses,
		kept: null,
	};
}

/** What was put right in between makes a plan worthless. */
export function refuseRecovered(recovered: readonly unknown[]): void {
	if (recovered.length === 0) return;
	throw new LlorchError(
		"LLORCH_GIT_CHANGED_MEANWHILE",
		"another action was interrupted since you were asked; it has been taken back",
		{ hint: "Look again, then repeat the command.", run: ["git", "status"] },
	);
}

/** Between the question and the answer, somebody may have gone on working. Throws LLORCH_GIT_CHANGED_MEANWHILE. */
export async function refuseNewLosses(
	context: UndoContext,
	shown: readonly Losses[],
	repositories: readonly Acted[],
	kept: readonly Kept[],
): Promise<void> {
	for (const [index, one] of kept.entries()) {
		const acted = repositories[index] as Acted;
		const { survey } = one;
		if (acted.extent === "all" || acted.extent === "clone")
			refuseMoved(acted, one);
		if (survey === undefined || acted.extent !== "all") continue;
		const { worktree, path, target } = acted;
		const now = await findLosses(context, worktree, survey, {
			path,
			target,
			leaving: [],
			held: [],
		});
		refuseMore(shown, [now]);
	}
}

/** What was planned took HEAD and the branches to be where they were then: commits made since would be left behind unseen. */
function refuseMoved(
	{ path, head, scope, refsBefore = [] }: Acted & { extent: "all" | "clone" },
	{ repository, refs = [] }: Kept,
): void {
	const oidIn = (list: readonly Ref[], wanted: string) =>
		list.find(({ name }) => name === wanted)?.oid;
	const same =
		(head === undefined ||
			(head.branch === repository.head.branch &&
				head.commit === repository.head.commit)) &&
		scope.every(
			(name) =>
				name.endsWith("/") || oidIn(refsBefore, name) === oidIn(refs, name),
		);
	if (!same) throw newCommits(path);
}

export function summarise(
	entry: string,
	losses: readonly Losses[],
	kept: readonly Kept[],
): KeptSummary {
	const count = (of: "files" | "commits") =>
		losses.reduce((sum, one) => sum + one[of].length, 0);
	return {
		entry,
		files: count("files"),
		commits: count("commits"),
		moved: kept.flatMap(({ repository }) =>
			repository.moved.map(({ path, size }) => ({
				path: `${repository.path === "." ? "" : `${repository.path}/`}${Buffer.from(path, "latin1")}`,
				size,
			})),
		),
	};
}

async function moveTo(
	context: UndoContext,
	{ target }: SyncPlan,
): Promise<void> {
	const { root } = context.outer;
	const ref = `refs/heads/${target.branch}`;
	const followed = await gitValue(context, root, [
		"config",
		`branch.${target.branch}.merge`,
	]);
	const message = ["-m", `llorch git sync: to ${target.branch}`];
	await git(context, root, ["symbolic-ref", ...message, "HEAD", ref]);
	await git(context, root, ["reset", "--hard", "--quiet", target.commit, "--"]);
	if (followed !== undefined) return;
	const { remote, branch } = target;
	if (!(await fetchesBranch(context, root, remote, branch)))
		await git(context, root, [
			...["remote", "set-branches", "--add"],
			...[remote, branch],
		]);
	await git(context, root, [
		"branch",
		"--quiet",
		`--set-upstream-to=${remote}/${branch}`,
		branch,
	]);
}
