import { type RawPath, splitNul } from "../raw-path.ts";
import { type GitDoor, git } from "../run-git.ts";
import { lookAt } from "./look.ts";

/** One entry of the index. */
export type IndexEntry = {
	path: RawPath;
	/** Six octal digits: 100644, 100755, 120000 (link), 160000 (submodule). */
	mode: string;
	oid: string;
	/** 0, or 1 to 3 for the versions of a file in conflict. */
	stage: number;
	/** git does not look at the file: `assume-unchanged` or `skip-worktree`. */
	unwatched: boolean;
};

export const SUBMODULE_MODE = "160000";

/** Every entry of an index file. */
export async function readIndex(
	door: GitDoor,
	root: string,
	indexFile?: string,
): Promise<IndexEntry[]> {
	const listing = await git(
		door,
		root,
		["ls-files", "-s", "-v", "-z"],
		indexFile === undefined ? {} : { env: { GIT_INDEX_FILE: indexFile } },
	);
	return splitNul(listing).map((record) => {
		const tab = record.indexOf("\t");
		const [tag = "", mode = "", oid = "", stage = ""] = record
			.slice(0, tab)
			.split(" ");
		return {
			path: record.slice(tab + 1) as RawPath,
			mode,
			oid,
			stage: Number(stage),
			// Lower case: assume-unchanged; S: skip-worktree (git-ls-files(1), -t and -v).
			unwatched: tag === "S" || tag !== tag.toUpperCase(),
		};
	});
}

/**
 * Makes git look at these files again: it would neither overwrite nor remove a changed file that it was told not to look at, and
 * refuse the whole command. Those that are not on disk (a sparse checkout) stay as they are.
 */
export async function watchAgain(
	door: GitDoor,
	root: string,
	index: readonly IndexEntry[],
): Promise<void> {
	const unwatched = index.filter((entry) => entry.unwatched);
	const there = await lookAt(
		root,
		unwatched.map(({ path }) => path),
	);
	if (there.size === 0) return;
	const stdin = [...there.keys()].map((path) => `${path}\0`).join("");
	// One flag at a time: git only heeds the last one (builtin/update-index.c, mark_valid_only and mark_skip_worktree_only).
	for (const flag of ["--no-assume-unchanged", "--no-skip-worktree"])
		await git(door, root, ["update-index", flag, "-z", "--stdin"], { stdin });
}

/** What would change in the index to become a tree. */
export type IndexChange = {
	path: RawPath;
	/** 000000: the tree has no such entry. */
	mode: string;
	oid: string;
	indexMode: string;
	/** D: the index lacks it; A: the tree lacks it; M, T: they differ; U: in conflict. */
	letter: string;
};

/** How the index differs from a tree. */
export async function compareIndex(
	door: GitDoor,
	root: string,
	tree: string,
	indexFile?: string,
): Promise<IndexChange[]> {
	return parseRawDiff(
		await git(
			door,
			root,
			[
				"diff-index",
				"--cached",
				"--raw",
				"--no-renames",
				"--no-abbrev",
				"-z",
				tree,
			],
			indexFile === undefined ? {} : { env: { GIT_INDEX_FILE: indexFile } },
		),
	);
}

/** `:MODE MODE OID OID LETTER`, NUL, path, NUL (git-diff-index(1), "Raw output format"). */
export function parseRawDiff(bytes: Uint8Array): IndexChange[] {
	const parts = splitNul(bytes);
	const changes: IndexChange[] = [];
	for (let at = 0; at + 1 < parts.length; at += 2) {
		const [mode = "", indexMode = "", oid = "", , letter = ""] = (
			parts[at] as string
		)
			.slice(1)
			.split(" ");
		changes.push({
			path: parts[at + 1] as RawPath,
			mode,
			oid,
			indexMode,
			letter,
		});
	}
	return changes;
}
