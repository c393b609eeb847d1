import { readdir, rmdir, unlink } from "node:fs/promises";
import { formatCount, hasCode, quotePath, type Work } from "@llorch/core";
import {
	onDisk,
	type RawPath,
	rawPath,
	type ShownPath,
	shownPath,
	showRawPath,
	splitNul,
} from "./raw-path.ts";
import { type GitDoor, git } from "./run-git.ts";
import { refuseRecovered } from "./sync/apply.ts";
import { act, lockRepository } from "./undo/act.ts";
import type { UndoContext } from "./undo/context.ts";
import { removeEmptyFolders } from "./undo/empty-submodule.ts";
import type { Kept } from "./undo/kept.ts";
import { lookAt, lookAtOne } from "./undo/look.ts";
import { type Recovered, recover } from "./undo/recover.ts";
import { hasRepository } from "./worktree.ts";

/** What `git clean` would remove: untracked files and folders. Ignored ones stay. */
export type CleanPlan = {
	files: (ShownPath & { size: number })[];
	/** Folders with nothing in them. */
	folders: ShownPath[];
	/** Repositories of their own, which stay. */
	repositories: ShownPath[];
	/** Bytes of all files. */
	size: number;
	empty: boolean;
	recovered: Recovered[];
	/** What `files` and `folders` are on disk. */
	paths: { files: RawPath[]; folders: RawPath[] };
};

/** What was removed, or would be. */
export type Cleaned = {
	/** False: nothing was done, this is what would be. */
	done: boolean;
	files: ShownPath[];
	folders: ShownPath[];
	/** Repositories of their own, which stay. */
	repositories: ShownPath[];
	/** The id for `git undo`; null: there was nothing to remove. */
	entry: string | null;
	/** Files over the limit: they were moved, not copied. */
	moved: { path: string; size: number }[];
};

/** Looks for what is untracked. Throws LLORCH_LOCKED, LLORCH_GIT_FAILED. */
export async function* planClean(context: UndoContext): Work<CleanPlan> {
	await using _lock = await lockRepository(context);
	const recovered = yield* recover(context);
	const { root } = context.outer;
	const others = await listOthers(context, root, []);
	const files = others.filter((path) => !path.endsWith("/"));
	const looks = await lookAt(root, files);
	const folders: RawPath[] = [];
	for (const path of await listOthers(context, root, ["--directory"]))
		if (path.endsWith("/"))
			folders.push(
				...(await findEmptyFolders(root, path.slice(0, -1) as RawPath)),
			);
	return {
		files: files.map((path) => ({
			...shownPath(path),
			size: looks.get(path)?.size ?? 0,
		})),
		folders: folders.map(shownPath),
		repositories: others
			.filter((path) => path.endsWith("/"))
			.map((path) => shownPath(path)),
		size: [...looks.values()].reduce((sum, { size }) => sum + size, 0),
		empty: files.length === 0 && folders.length === 0,
		recovered,
		paths: { files, folders },
	};
}

/** Removes what was planned, and only that; it can be undone. Throws LLORCH_LOCKED, LLORCH_GIT_CHANGED_MEANWHILE, LLORCH_GIT_CANNOT_KEEP. */
export async function* applyClean(
	context: UndoContext,
	plan: CleanPlan,
): Work<Cleaned> {
	if (plan.empty) return { ...previewClean(plan), done: true };
	await using _lock = await lockRepository(context);
	refuseRecovered(yield* recover(context));
	const { outer } = context;
	const { files, folders } = plan.paths;
	const { id, value: kept } = yield* act(
		context,
		{
			action: "clean",
			what: formatCount(files.length, "file"),
			repositories: [
				{ worktree: outer, path: ".", extent: "files", paths: files, folders },
			],
			checksOut: [],
		},
		() => {},
		async function* (_id, [one]) {
			const looks = one?.looks ?? [];
			for (const [done, look] of looks.entries()) {
				if (done % 500 === 0) yield progress(done, looks.length);
				yield* remove(outer.root, look);
			}
			await removeEmptyFolders(outer.root, files);
			for (const path of [...folders].sort().reverse()) {
				await rmdir(onDisk(outer.root, path)).catch(ignoreFull);
				await removeEmptyFolders(outer.root, [path]);
			}
			return one as Kept;
		},
	);
	return {
		...previewClean(plan),
		done: true,
		files: (kept.looks ?? []).map(({ path }) => shownPath(path)),
		entry: id,
		moved: kept.repository.moved.map(({ path, size }) => ({
			path: showRawPath(path as RawPath),
			size,
		})),
	};
}

/** What a plan would remove, in the shape of what it did. */
export function previewClean({
	files,
	folders,
	repositories,
}: CleanPlan): Cleaned {
	return {
		done: false,
		files: files.map(({ size: _, ...path }) => path),
		folders,
		repositories,
		entry: null,
		moved: [],
	};
}

/** Removes a file if it still is the one that was kept. */
async function* remove(
	root: string,
	{ path, stamp }: { path: RawPath; stamp: string },
): Work<void> {
	const now = await lookAtOne(root, path);
	if (now === undefined) return;
	if (now.stamp === stamp) return unlink(onDisk(root, path));
	yield {
		type: "note",
		level: "warn",
		text: `${quotePath(showRawPath(path))} changed meanwhile and stays`,
	};
}

function listOthers(
	door: GitDoor,
	root: string,
	options: readonly string[],
): Promise<RawPath[]> {
	return git(door, root, [
		"ls-files",
		"--others",
		"--exclude-standard",
		"-z",
		...options,
	]).then(splitNul);
}

/** The folders in a folder, itself included, that have nothing in them at all. */
async function findEmptyFolders(
	root: string,
	folder: RawPath,
): Promise<RawPath[]> {
	if (await hasRepository(onDisk(root, folder))) return [];
	const names = await readdir(onDisk(root, folder), { encoding: "buffer" });
	if (names.length === 0) return [folder];
	const found: RawPath[] = [];
	for (const name of names) {
		const path = `${folder}/${rawPath(name)}` as RawPath;
		if ((await lookAtOne(root, path))?.kind === "folder")
			found.push(...(await findEmptyFolders(root, path)));
	}
	return found;
}

function ignoreFull(error: unknown): void {
	if (!hasCode(error, "ENOTEMPTY", "EEXIST", "ENOENT")) throw error;
}

function progress(done: number, total: number) {
	return {
		type: "progress",
		task: "git clean",
		label: "removing",
		done,
		total,
		unit: "items",
	} as const;
}
