import { gitValue } from "../run-git.ts";
import type { Acted } from "../undo/acted.ts";
import type { UndoContext } from "../undo/context.ts";
import { findLosses, type Losses } from "../undo/losses.ts";
import type { Ref } from "../undo/refs.ts";
import { type Survey, surveyWorktree } from "../undo/survey.ts";
import type { Worktree } from "../worktree.ts";

/** What an action that takes a submodule to a commit will change, and take away. */
export type LookedAt = {
	acted: Acted;
	survey: Survey;
	/** May be none: see `isLossless`. */
	losses: Losses;
	commit: string | null;
};

/** Looks through a submodule that shall go to a commit or tree. */
export async function lookAtSubmodule(
	context: UndoContext,
	worktree: Worktree,
	path: string,
	target: string,
	refsBefore: readonly Ref[],
): Promise<LookedAt> {
	const { root } = worktree;
	const survey = await surveyWorktree(context, root, target);
	const branch = await gitValue(context, root, ["symbolic-ref", "-q", "HEAD"]);
	const { commit } = survey.status;
	// A branch keeps its commits; only what HEAD alone holds is left behind.
	const leaving = branch === undefined && commit !== undefined ? [commit] : [];
	const losses = await findLosses(context, worktree, survey, {
		path,
		target,
		leaving,
		held: [target, "--branches", "--tags", "--remotes"],
	});
	return {
		acted: {
			worktree,
			path,
			extent: "all",
			target,
			scope: ["refs/remotes/", "refs/tags/"],
			refsBefore,
			head: { branch: branch ?? null, commit: commit ?? null },
		},
		survey,
		losses,
		commit: commit ?? null,
	};
}
