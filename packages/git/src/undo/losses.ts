import { type Commit, readCommits } from "../commit.ts";
import { findOperation, type Operation } from "../operation.ts";
import {
	quoteLine,
	type RawPath,
	type ShownPath,
	shownPath,
} from "../raw-path.ts";
import { type GitDoor, git } from "../run-git.ts";
import type { Worktree } from "../worktree.ts";
import { parseRawDiff } from "./index-entries.ts";
import type { Survey } from "./survey.ts";

export type LostFile = ShownPath & {
	what:
		| "modified"
		/** Only what was staged is lost: the file itself is as it will be. */
		| "staged"
		| "added"
		/** It comes back. */
		| "deleted"
		| "conflict"
		| "untracked"
		| "ignored";
};

/** What an action would take away in one repository. */
export type Losses = {
	/** From the outermost root; `.` for that itself. */
	path: string;
	files: LostFile[];
	/** Commits that nothing would hold any more, the newest first; at most `MAX_COMMITS`. */
	commits: Commit[];
	/** A rebase, merge or the like that would be ended. */
	operation: Operation | null;
};

/** More would not be read, and a history without a remote has all its commits here. */
export const MAX_COMMITS = 200;

export type LossOptions = {
	path: string;
	/** The commit or tree that the files become. */
	target: string;
	/** What keeps its commits although these move: revisions, without `--not`. */
	leaving: readonly string[];
	/** Arguments for `git log`: what will still be held afterwards. */
	held: readonly string[];
};

/** Exactly what going to a commit would take away. */
export async function findLosses(
	door: GitDoor,
	worktree: Worktree,
	survey: Survey,
	{ path, target, leaving, held }: LossOptions,
): Promise<Losses> {
	const { root, gitDir } = worktree;
	const [files, commits, operation] = await Promise.all([
		findLostFiles(door, root, survey, target),
		leaving.length === 0
			? []
			: readCommits(door, root, [
					`-n${MAX_COMMITS}`,
					...leaving,
					"--not",
					...held,
					"--",
				]),
		findOperation(gitDir),
	]);
	return {
		path,
		files,
		commits,
		operation: operation === "bisect" ? null : (operation ?? null),
	};
}

export function isLossless({ files, commits, operation }: Losses): boolean {
	return files.length === 0 && commits.length === 0 && operation === null;
}

/** Whether there is anything that a commit does not hold, but untracked files. */
export function isDirty(
	{ status }: Survey,
	{ operation, files }: Losses,
): boolean {
	return (
		operation !== null ||
		files.length > 0 ||
		status.entries.some(({ kind }) => kind !== "untracked")
	);
}

async function findLostFiles(
	door: GitDoor,
	root: string,
	{ status, changed, inTheWay, untracked, index, toTarget }: Survey,
	target: string,
): Promise<LostFile[]> {
	const watched = new Set(status.entries.map(({ path }) => path));
	const suspects = changed.filter(({ path }) => !watched.has(path));
	if (status.entries.length + suspects.length + inTheWay.length === 0)
		return [];
	const lost = new Map<RawPath, LostFile["what"]>();

	const differs = new Set(
		parseRawDiff(
			await git(door, root, [
				"diff-index",
				"--raw",
				"--no-renames",
				"--ignore-submodules=all",
				"-z",
				target,
			]),
		).map(({ path }) => path),
	);
	const targetOf = new Map(toTarget.map((change) => [change.path, change]));
	for (const { kind, path, xy } of status.entries) {
		if (kind === "unmerged") lost.set(path, "conflict");
		if (kind !== "changed") continue;
		const staged = xy[0] !== "." && xy[1] !== "." && targetOf.has(path);
		if (differs.has(path)) lost.set(path, nameChange(xy));
		else if (staged) lost.set(path, "staged");
	}

	const indexOid = new Map(index.map(({ path, oid }) => [path, oid]));
	const isUntracked = new Set(untracked.map(({ path }) => path));
	const candidates = [
		...suspects.map(({ path }) => ({
			path,
			becomes: targetOf.get(path)?.oid ?? indexOid.get(path),
			what: "modified" as const,
		})),
		...inTheWay.map(({ path }) => ({
			path,
			becomes: targetOf.get(path)?.oid,
			what: isUntracked.has(path)
				? ("untracked" as const)
				: ("ignored" as const),
		})),
	].filter(({ path }) => !lost.has(path));
	const links = new Set(
		[...changed, ...inTheWay]
			.filter(({ kind }) => kind !== "file")
			.map(({ path }) => path),
	);
	const oids = await hashAsCommitted(
		door,
		root,
		candidates.map(({ path }) => path).filter((path) => !links.has(path)),
	);
	for (const { path, becomes, what } of candidates)
		if (oids.get(path) !== becomes || becomes === undefined)
			lost.set(path, what);
	return [...lost]
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([path, what]) => ({ ...shownPath(path), what }));
}

function nameChange(xy: string): LostFile["what"] {
	if (xy.includes("D")) return "deleted";
	return xy.includes("A") ? "added" : "modified";
}

/** The object that each file would be committed as. Writes none. */
async function hashAsCommitted(
	door: GitDoor,
	root: string,
	paths: readonly RawPath[],
): Promise<Map<RawPath, string>> {
	if (paths.length === 0) return new Map();
	const oids = await git(door, root, ["hash-object", "--stdin-paths"], {
		stdin: paths.map((path) => `${quoteLine(path)}\n`).join(""),
	});
	const lines = oids.toString().trim().split("\n");
	return new Map(paths.map((path, index) => [path, lines[index] ?? ""]));
}
