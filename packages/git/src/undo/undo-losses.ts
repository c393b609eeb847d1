import { shownPath } from "../raw-path.ts";
import type { GitDoor } from "../run-git.ts";
import type { Acted } from "./acted.ts";
import { readKept } from "./kept-files.ts";
import { lookAt } from "./look.ts";
import { findLosses, type Losses, type LostFile } from "./losses.ts";
import { readRefs } from "./refs.ts";
import { surveyWorktree } from "./survey.ts";
import { isSame } from "./write-files.ts";

/** What taking an entry back would take away in one repository. `folder`: the entry's for it. */
export async function findUndoLosses(
	door: GitDoor,
	acted: Acted,
	folder: string,
): Promise<Losses> {
	const { worktree, path } = acted;
	const none: Losses = { path, files: [], commits: [], operation: null };
	if (acted.extent === "configuration" || acted.extent === "clone") return none;
	if (acted.extent === "files")
		return { ...none, files: await findReplaced(worktree.root, folder) };
	const { root } = worktree;
	const { target, scope, emptied } = acted;
	const leaving = (await readRefs(door, root))
		.filter(({ name }) => scope.includes(name))
		.map(({ oid }) => oid);
	const survey = await surveyWorktree(door, root, target, emptied);
	return findLosses(door, worktree, survey, {
		path,
		target,
		leaving,
		held: [
			...scope
				.filter((name) => name.startsWith("refs/heads/"))
				.map((name) => `--exclude=${name.slice("refs/heads/".length)}`),
			"--branches",
			"--tags",
			"--remotes",
		],
	});
}

/** Files that stand where kept ones go back to, and are not the same. */
async function findReplaced(root: string, folder: string): Promise<LostFile[]> {
	const files = await readKept(folder);
	const there = await lookAt(
		root,
		files.map(({ path }) => path),
	);
	const replaced: LostFile[] = [];
	for (const file of files) {
		const look = there.get(file.path);
		if (look !== undefined && !(await isSame(root, file, look)))
			replaced.push({ ...shownPath(file.path), what: "untracked" });
	}
	return replaced;
}
