import { LlorchError, quotePaths } from "@llorch/core";
import { type RawPath, showRawPath } from "../raw-path.ts";
import { type GitDoor, git } from "../run-git.ts";
import { findInTheWay } from "../undo/in-the-way.ts";
import {
	parseRawDiff,
	readIndex,
	SUBMODULE_MODE,
} from "../undo/index-entries.ts";

/**
 * Files that nothing tracks, ignored ones too, where one of two commits has some that the other one has not. `steps`: and where one
 * of these commits adds some. Throws LLORCH_GIT_IN_THE_WAY for a repository of its own in such a place.
 */
export async function findUntrackedInTheWay(
	door: GitDoor,
	root: string,
	from: string,
	to: string,
	steps: readonly string[] = [],
): Promise<RawPath[]> {
	const args = ["diff-tree", "-r", "-z", "--raw", "--no-renames", "-m"];
	const added = ["--diff-filter=A", "--no-commit-id"];
	const created = parseRawDiff(
		await git(door, root, [...args, ...added, from, to]),
	);
	if (steps.length > 0)
		created.push(
			...parseRawDiff(
				await git(door, root, [...args, ...added, "--stdin"], {
					stdin: steps.map((step) => `${step}\n`).join(""),
				}),
			),
		);
	if (created.length === 0) return [];
	const index = await readIndex(door, root);
	const tracked = new Set(index.map(({ path }) => path));
	const submodules = new Set(
		index.flatMap(({ path, mode }) => (mode === SUBMODULE_MODE ? path : [])),
	);
	// Of a diff of two trees, the second mode is that of the new one.
	const files = created.filter(
		({ path, indexMode: mode }) =>
			!tracked.has(path) && mode !== SUBMODULE_MODE,
	);
	const found = await findInTheWay(
		root,
		files.map(({ path, indexMode: mode }) => ({ path, mode })),
		submodules,
	);
	return found.map(({ path }) => path).filter((path) => !tracked.has(path));
}

/** git itself would overwrite what it ignores without a word, and no undo could bring it back. */
export function ignoredInTheWay(
	path: string,
	files: readonly RawPath[],
): LlorchError {
	const shown = files.map(showRawPath);
	return new LlorchError(
		"LLORCH_GIT_CHANGES_IN_THE_WAY",
		`files that git ignores are in the way${path === "." ? "" : ` in ${path}`}: ${quotePaths(shown)}`,
		{
			hint: "Move them away, then try again.",
			details: { path, files: shown },
		},
	);
}
