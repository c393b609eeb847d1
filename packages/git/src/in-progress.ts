import { LlorchError } from "@llorch/core";
import { findOperation } from "./operation.ts";
import type { Worktree } from "./worktree.ts";

/** Throws LLORCH_GIT_MID_OPERATION while a rebase, merge or the like is in progress. A bisect is none: it moves about itself. */
export async function refuseInProgress(
	{ gitDir, root }: Worktree,
	path: string,
): Promise<void> {
	const operation = await findOperation(gitDir);
	if (operation === undefined || operation === "bisect") return;
	throw new LlorchError(
		"LLORCH_GIT_MID_OPERATION",
		`${path === "." ? root : path} is in the middle of a ${operation}`,
		{
			hint: `Finish it (git ${operation} --continue) or end it (git ${operation} --abort) there.`,
			details: { path, operation },
		},
	);
}
