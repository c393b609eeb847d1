import {
	type PorcelainStatus,
	parsePorcelainStatus,
	type StatusEntry,
} from "../porcelain-status.ts";
import type { RawPath } from "../raw-path.ts";
import { type GitDoor, git } from "../run-git.ts";
import { findInTheWay } from "./in-the-way.ts";
import {
	compareIndex,
	type IndexChange,
	type IndexEntry,
	readIndex,
	SUBMODULE_MODE,
} from "./index-entries.ts";
import { type Look, lookAt } from "./look.ts";

/** What is in a working tree that a commit does not hold, and what going to a tree would do to it. */
export type Survey = {
	status: PorcelainStatus;
	/** Tracked files that differ from HEAD or the index, or of which git cannot say. */
	changed: Look[];
	/** Not ignored. */
	untracked: Look[];
	/** Files and links that would be deleted because something else goes there; ignored ones too. */
	inTheWay: Look[];
	/** Tracked files as committed, that going there would rewrite or remove. */
	rewritten: Look[];
	/** Tracked paths where there is no file now. */
	absent: RawPath[];
	/** How the index differs from the tree to go to. */
	toTarget: IndexChange[];
	index: IndexEntry[];
};

/**
 * Looks through a working tree. `target`: the commit or tree that it is to become; absent: it stays. `emptied`: submodules that
 * will not be in the way by then.
 * Throws LLORCH_GIT_IN_THE_WAY, LLORCH_GIT_FAILED, and system errors for what cannot be looked at.
 */
export async function surveyWorktree(
	door: GitDoor,
	root: string,
	target?: string,
	emptied: readonly RawPath[] = [],
): Promise<Survey> {
	const status = await readFullStatus(door, root);
	const index = await readIndex(door, root);
	const toTarget =
		target === undefined ? [] : await compareIndex(door, root, target);
	const submodules = new Set(index.filter(isSubmodule).map(({ path }) => path));
	const doubtful = new Set([
		...pathsOf(status, (kind) => kind === "changed" || kind === "unmerged"),
		...index.filter(({ unwatched }) => unwatched).map(({ path }) => path),
	]);
	// A submodule is looked after as a repository of its own, but a file in its place is a changed file here.
	const atSubmodules = await lookAt(root, submodules);
	for (const path of submodules) {
		const { kind = "folder" } = atSubmodules.get(path) ?? {};
		if (kind === "folder") doubtful.delete(path);
		else doubtful.add(path);
	}
	const atDoubtful = await lookAt(root, doubtful);
	const changed = [...atDoubtful.values()].filter(
		({ kind }) => kind !== "folder",
	);
	const isChanged = new Set(changed.map(({ path }) => path));
	const absent = [...doubtful].filter((path) => !isChanged.has(path));

	const untracked = await lookAt(
		root,
		// A name ending in `/` is a repository of its own, which no action touches.
		pathsOf(status, (kind) => kind === "untracked").filter(
			(path) => !path.endsWith("/"),
		),
	);
	const inTheWay =
		target === undefined
			? []
			: await findInTheWay(
					root,
					createdPaths(toTarget, index, new Set(absent)).filter(
						({ path }) =>
							!emptied.some((folder) => `${path}/`.startsWith(`${folder}/`)),
					),
					submodules,
				);
	const rewritten = await lookAt(
		root,
		toTarget
			.filter(
				({ letter, indexMode, path }) =>
					letter !== "D" && indexMode !== SUBMODULE_MODE && !doubtful.has(path),
			)
			.map(({ path }) => path),
	);
	return {
		status,
		changed,
		untracked: [...untracked.values()],
		inTheWay,
		rewritten: [...rewritten.values()].filter(
			({ kind }) => kind === "file" || kind === "link",
		),
		absent,
		toTarget,
		index,
	};
}

/** The state of every single file; git also notes in its index what it found unchanged, which spares rewriting it. */
export async function readFullStatus(
	door: GitDoor,
	root: string,
): Promise<PorcelainStatus> {
	return parsePorcelainStatus(
		await git(door, root, [
			"status",
			"--porcelain=v2",
			"--branch",
			"-z",
			"--untracked-files=all",
			"--ignore-submodules=all",
			"--no-renames",
		]),
	);
}

/** The paths where a file appears that is not there as a tracked file now. */
function createdPaths(
	toTarget: readonly IndexChange[],
	index: readonly IndexEntry[],
	absent: ReadonlySet<RawPath>,
): { path: RawPath; mode: string }[] {
	const created = new Map(
		toTarget
			.filter(({ letter }) => letter === "D")
			.map(({ path, mode }) => [path, mode]),
	);
	const gone = new Set(
		toTarget.filter(({ letter }) => letter === "A").map(({ path }) => path),
	);
	for (const { path, mode } of index)
		if (absent.has(path) && !gone.has(path)) created.set(path, mode);
	return [...created].map(([path, mode]) => ({ path, mode }));
}

function isSubmodule({ mode }: IndexEntry): boolean {
	return mode === SUBMODULE_MODE;
}

function pathsOf(
	status: PorcelainStatus,
	test: (kind: StatusEntry["kind"]) => boolean,
): RawPath[] {
	return status.entries
		.filter(({ kind }) => test(kind))
		.map(({ path }) => path);
}
