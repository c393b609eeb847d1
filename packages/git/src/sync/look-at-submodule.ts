import { bareDoor } from "../bare-door.ts";
import { readCommits } from "../commit.ts";
import { headBranch, readHead } from "../head.ts";
import { shownPath } from "../raw-path.ts";
import { findStaged } from "../submodules/clone.ts";
import type { Acted } from "../undo/acted.ts";
import type { UndoContext } from "../undo/context.ts";
import { findLosses, type Losses, MAX_COMMITS } from "../undo/losses.ts";
import { type Ref, readRefs } from "../undo/refs.ts";
import { type Survey, surveyWorktree } from "../undo/survey.ts";
import { findCommonDir, type Worktree } from "../worktree.ts";

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
	const branch = await headBranch(context, root);
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

/** Looks through the clone of a submodule that is not checked out, which going to a commit would take its HEAD and index from. */
export async function lookAtClone(
	context: UndoContext,
	root: string,
	path: string,
	gitDir: string,
	target: string,
): Promise<Pick<LookedAt, "acted" | "losses">> {
	const bare = bareDoor(context, gitDir);
	const head = await readHead(bare, gitDir);
	const commits =
		head.branch !== null || head.commit === null
			? []
			: await readCommits(bare, gitDir, [
					...[`-n${MAX_COMMITS}`, "--ignore-missing", head.commit],
					...["--not", target, "--branches", "--tags", "--remotes", "--"],
				]);
	const staged = await findStaged(bare, gitDir);
	return {
		acted: {
			worktree: { root, gitDir, commonDir: await findCommonDir(gitDir) },
			path,
			extent: "clone",
			scope: ["refs/remotes/", "refs/tags/"],
			refsBefore: await readRefs(bare, gitDir),
			head,
		},
		losses: {
			path,
			files: staged.map((file) => ({ ...shownPath(file), what: "staged" })),
			commits,
			operation: null,
		},
	};
}
