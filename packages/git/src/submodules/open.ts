import { hasCode, LlorchError, quotePosix } from "@llorch/core";
import { foldersAbove, type RawPath } from "../raw-path.ts";
import { lookAtOne } from "../undo/look.ts";
import { readWorktree, type Worktree } from "../worktree.ts";

type Place = {
	/** The root of the repository that has it. */
	parent: string;
	/** From there. */
	path: RawPath;
	/** From the outermost root. */
	fullPath: string;
};

/** The worktree of a submodule that is checked out. Throws LLORCH_GIT_SUBMODULE_BROKEN when git would look elsewhere, or may not look. */
export async function openSubmodule(
	node: Place & { root: string },
): Promise<Worktree> {
	const { root, fullPath } = node;
	await refuseLink(node);
	const worktree = await readWorktree(root).catch((cause) => {
		if (!hasCode(cause, "EACCES", "EPERM")) throw cause;
		throw new LlorchError(
			"LLORCH_GIT_SUBMODULE_BROKEN",
			`${fullPath} may not be read`,
			{ hint: `See whose it is: ${quotePosix(["ls", "-ld", root])}`, cause },
		);
	});
	if (worktree !== undefined) return worktree;
	throw new LlorchError(
		"LLORCH_GIT_SUBMODULE_BROKEN",
		`${fullPath} has a .git that leads nowhere`,
		{
			hint: "Move its folder away, then check it out anew.",
			run: ["git", "submodules", "update", "--recorded", fullPath],
		},
	);
}

/** Throws LLORCH_GIT_SUBMODULE_BROKEN where a link is on the way to a submodule: what it leads to is not the repository's. */
export async function refuseLink({
	parent,
	path,
	fullPath,
}: Place): Promise<void> {
	for (const part of [...foldersAbove(path), path]) {
		const there = await lookAtOne(parent, part);
		if (there === undefined) return;
		if (there.kind === "link")
			throw new LlorchError(
				"LLORCH_GIT_SUBMODULE_BROKEN",
				`${fullPath} is a symbolic link, or behind one: what it leads to is not touched`,
				{
					hint: "Remove the link, then check it out.",
					run: ["git", "submodules", "update", "--recorded", fullPath],
				},
			);
	}
}

/** For one with which nothing can be done (`Submodule.unusable`). */
export function unusable(fullPath: string, reason: string): LlorchError {
	return new LlorchError(
		"LLORCH_GIT_SUBMODULE_BROKEN",
		`the submodule ${fullPath} cannot be used: ${reason}`,
		{ hint: "That has to be put right in .gitmodules." },
	);
}

/** Git takes such a path, but it cannot be written in a command line that is kept as text. */
export function notText({ fullPath }: { fullPath: string }): LlorchError {
	return new LlorchError(
		"LLORCH_GIT_SUBMODULE_BROKEN",
		`the path of the submodule ${JSON.stringify(fullPath)} is not UTF-8, and llorch cannot work in it`,
		{ hint: "Rename it with git mv." },
	);
}
