import {
	lstat,
	mkdir,
	readdir,
	readFile,
	stat,
	writeFile,
} from "node:fs/promises";
import { join, relative } from "node:path";
import { LlorchError } from "@llorch/core";
import { readHead } from "../head.ts";
import { type RawPath, shownPath } from "../raw-path.ts";
import { type GitDoor, git } from "../run-git.ts";
import type { Worktree } from "../worktree.ts";
import { cannotKeep, hashFiles } from "./hash-files.ts";
import { CONFIGURATION } from "./keep-configuration.ts";
import type { Kept } from "./kept.ts";
import { stringifyFiles } from "./kept-files.ts";
import { type Look, lookAt } from "./look.ts";
import type { KeptRepository } from "./manifest.ts";
import { keepOperation } from "./operation-state.ts";
import {
	movedRefs,
	type Ref,
	readRefs,
	setRef,
	stringifyRefs,
	UNDO_REFS,
	updateRefs,
} from "./refs.ts";
import { type Survey, surveyWorktree } from "./survey.ts";
import {
	copyIfThere,
	writeCommit,
	writeConflicts,
	writeTree,
} from "./write-trees.ts";

export type KeepOptions = {
	worktree: Worktree;
	/** From the outermost root; `.` for that itself. */
	path: string;
	outerRoot: string;
	/** The entry, and the folder in it for this repository. */
	id: string;
	folder: string;
	/** The commit or tree that the files become. */
	target: string;
	scope: string[];
	/** Submodules in it that the action empties. */
	emptied?: readonly RawPath[];
	/** The refs as they were before the action fetched anything. Default: as they are. */
	refsBefore?: readonly Ref[];
	/** Bytes; larger files are moved, not copied. */
	maxFile: number;
	/** For people, in the commits. */
	message: string;
};

/** How often a working tree that changes under our hands is looked at anew. */
const ATTEMPTS = 3;

/**
 * Keeps the whole state of one repository in an undo entry. Changes nothing but the object store and `refs/llorch`. Throws
 * LLORCH_GIT_CANNOT_KEEP, LLORCH_GIT_IN_THE_WAY, LLORCH_GIT_CHANGED_MEANWHILE, LLORCH_GIT_BUSY.
 */
export async function keepRepository(
	door: GitDoor,
	options: KeepOptions,
): Promise<Kept> {
	const { worktree } = options;
	await mkdir(options.folder, { recursive: true });
	await refuseLocked(worktree);
	for (let attempt = 1; ; attempt++) {
		const kept = await keepOnce(door, options);
		if (kept !== undefined) return kept;
		if (attempt === ATTEMPTS)
			throw new LlorchError(
				"LLORCH_GIT_CHANGED_MEANWHILE",
				`files in ${worktree.root} keep changing, so they cannot be kept whole`,
				{ hint: "Nothing was changed. End what writes there, then try again." },
			);
	}
}

async function keepOnce(
	door: GitDoor,
	options: KeepOptions,
): Promise<Kept | undefined> {
	const { worktree, folder, id, scope } = options;
	const { root, gitDir } = worktree;
	const survey = await surveyWorktree(
		door,
		root,
		options.target,
		options.emptied,
	);
	const index = join(folder, "index");
	const indexTime = await keepIndex(door, worktree, index);
	// A clone that was killed before its checkout has no index.
	const indexFile = indexTime === null ? undefined : index;
	const sorted = sortBySize(root, survey, options.maxFile);
	const files = await hashFiles(
		door,
		root,
		sorted.copied,
		join(folder, "scratch"),
	);

	const head = await readHead(door, root);
	const oidLength = (head.commit ?? survey.index[0]?.oid)?.length ?? 40;
	const large = [...sorted.moved, ...sorted.left].map(({ path }) => path);
	const tree = await writeTree(door, root, {
		indexFile,
		scratch: join(folder, "index.scratch"),
		without: [...survey.absent, ...large],
		files,
		oidLength,
	});
	const commits = await writeCommits(door, options, survey, {
		head,
		tree,
		indexFile,
	});
	const now = await readRefs(door, root);
	const refs = options.refsBefore ?? now;
	const mentioned = await keepOperation(gitDir, join(folder, "state"));
	const was = await existing(door, root, [
		// Fetched-over refs, and the branches about to be moved; not the thousands of tags that stay.
		...refs.filter(({ name }) => scope.includes(name)).map(({ oid }) => oid),
		...movedRefs(refs, now).flatMap(({ was }) => was?.oid ?? []),
		...mentioned,
	]);
	await updateRefs(door, root, [
		...Object.entries(commits).map(([name, oid]) =>
			setRef(`${UNDO_REFS}${id}/${name}`, oid),
		),
		...was.map((oid, n) => setRef(`${UNDO_REFS}${id}/was/${n}`, oid)),
	]);
	await writeFile(join(folder, "refs"), stringifyRefs(refs), "latin1");
	await writeFile(join(folder, "files"), stringifyFiles(files), "latin1");
	for (const name of CONFIGURATION)
		await copyIfThere(join(worktree.commonDir, name), join(folder, name));

	if (await changedSince(root, [...sorted.copied, ...sorted.moved]))
		return undefined;
	return {
		survey,
		refs: now,
		repository: {
			path: options.path,
			gitDir: relative(options.outerRoot, gitDir),
			extent: "all",
			dotGit: await readDotGit(root),
			head,
			scope,
			tree,
			indexTime,
			moved: sorted.moved.map(({ path, size }, n) => ({
				path,
				to: `moved/${n}`,
				size,
			})),
			left: sorted.left.map(({ path, size }) => ({ ...shownPath(path), size })),
		},
	};
}

/** A lock file of git means that another git is at work, or was killed. */
export async function refuseLocked({ gitDir, root }: Worktree): Promise<void> {
	for (const name of await readdir(gitDir))
		if (name === "index.lock" || name === "HEAD.lock")
			throw busy(root, join(gitDir, name));
}

export function busy(root: string, lock: string): LlorchError {
	return new LlorchError(
		"LLORCH_GIT_BUSY",
		`another git command is at work in ${root} (or was killed): ${lock} is there`,
		{
			hint: "Wait until it has ended. If none is running, remove that file.",
			details: { path: lock },
		},
	);
}

export async function keepIndex(
	door: GitDoor,
	{ root, gitDir }: Worktree,
	copy: string,
): Promise<number | null> {
	const path = join(gitDir, "index");
	if (!(await copyIfThere(path, copy))) return null;
	const { mtimeMs } = await stat(path);
	// A split index is whole only together with a shared file that git deletes after two weeks.
	const names = await readdir(gitDir);
	if (names.some((name) => name.startsWith("sharedindex.")))
		await git(
			door,
			root,
			["-c", "core.splitIndex=false", "update-index", "--no-split-index"],
			{ env: { GIT_INDEX_FILE: copy } },
		);
	return mtimeMs;
}

/** What is copied, what is moved because it is large and would be lost, and what is large and stays where it is. */
function sortBySize(root: string, survey: Survey, maxFile: number) {
	const { changed, untracked, inTheWay, rewritten } = survey;
	const lost = new Map(
		[...changed, ...inTheWay].map((look) => [look.path, look]),
	);
	for (const { path, kind } of lost.values())
		if (kind === "other")
			throw cannotKeep(root, path, "it is neither a file nor a link");
	const isLarge = ({ kind, size }: Look) => kind === "file" && size > maxFile;
	const kept = [...lost.values()];
	const staying = untracked.filter(({ path }) => !lost.has(path));
	return {
		copied: [
			...kept.filter((look) => !isLarge(look)),
			...staying.filter((look) => !isLarge(look)),
			// A large file as it was committed is in the repository already.
			...rewritten.filter((look) => !isLarge(look)),
		],
		moved: kept.filter(isLarge),
		left: staying.filter(isLarge),
	};
}

async function writeCommits(
	door: GitDoor,
	{ folder, message, worktree: { root } }: KeepOptions,
	{ status, index }: Survey,
	kept: {
		head: KeptRepository["head"];
		tree: string;
		indexFile: string | undefined;
	},
): Promise<Record<string, string>> {
	const parent = kept.head.commit ?? undefined;
	const commits: Record<string, string> = {
		worktree: await writeCommit(door, root, kept.tree, parent, message),
	};
	const conflicts = await writeConflicts(door, root, index);
	if (conflicts !== undefined)
		commits.unmerged = await writeCommit(
			door,
			root,
			conflicts,
			parent,
			message,
		);
	const staged = status.entries.some(
		({ kind, xy }) => kind === "unmerged" || !/^[.?]/.test(xy),
	);
	if (staged) {
		const indexTree = await writeTree(door, root, {
			indexFile: kept.indexFile,
			scratch: join(folder, "index.scratch"),
			without: index.filter(({ stage }) => stage > 0).map(({ path }) => path),
			files: [],
			oidLength: index[0]?.oid.length ?? 40,
		});
		commits.index = await writeCommit(door, root, indexTree, parent, message);
	}
	return commits;
}

/** The objects among these that are here, each once. */
export async function existing(
	door: GitDoor,
	root: string,
	oids: readonly string[],
): Promise<string[]> {
	const unique = [...new Set(oids)];
	if (unique.length === 0) return [];
	const answer = await git(door, root, ["cat-file", "--batch-check"], {
		stdin: unique.map((oid) => `${oid}\n`).join(""),
	});
	return answer
		.toString()
		.split("\n")
		.filter((line) => / (commit|tag) /.test(line))
		.map((line) => line.slice(0, line.indexOf(" ")));
}

async function changedSince(
	root: string,
	looks: readonly Look[],
): Promise<boolean> {
	const now = await lookAt(
		root,
		looks.map(({ path }) => path),
	);
	return looks.some(({ path, stamp }) => now.get(path)?.stamp !== stamp);
}

async function readDotGit(root: string): Promise<string | null> {
	const path = join(root, ".git");
	return (await lstat(path)).isDirectory() ? null : readFile(path, "utf8");
}
