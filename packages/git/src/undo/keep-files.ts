import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LlorchError, quotePath } from "@llorch/core";
import { type RawPath, showRawPath } from "../raw-path.ts";
import type { GitDoor } from "../run-git.ts";
import type { Worktree } from "../worktree.ts";
import type { ActedFiles } from "./acted.ts";
import { hashFiles } from "./hash-files.ts";
import { sketch } from "./keep-configuration.ts";
import type { Kept } from "./kept.ts";
import { stringifyFiles } from "./kept-files.ts";
import { type Look, lookAt } from "./look.ts";
import { setRef, UNDO_REFS, updateRefs } from "./refs.ts";
import { writeCommit, writeTree } from "./write-trees.ts";

export type KeepFilesOptions = ActedFiles & {
	worktree: Worktree;
	path: string;
	outerRoot: string;
	id: string;
	folder: string;
	maxFile: number;
	message: string;
};

/**
 * Keeps some files and folders of a repository, and which of them are not there. Changes nothing but the object store and
 * `refs/llorch`. Throws LLORCH_GIT_CANNOT_KEEP and LLORCH_GIT_CHANGED_MEANWHILE.
 */
export async function keepFiles(
	door: GitDoor,
	options: KeepFilesOptions,
): Promise<Kept> {
	const { worktree, folder, id, maxFile } = options;
	const { root } = worktree;
	await mkdir(folder, { recursive: true });
	const there = await lookAt(root, options.paths);
	const folders = await lookAt(root, options.folders);
	const isLarge = ({ kind, size }: Look) => kind === "file" && size > maxFile;
	const looks = [...there.values()].filter(({ kind }) => kind !== "folder");
	const small = looks.filter((look) => !isLarge(look));
	const large = looks.filter(isLarge);
	const files = await hashFiles(door, root, small, join(folder, "scratch"));
	const tree = await writeTree(door, root, {
		scratch: join(folder, "index.scratch"),
		without: [],
		files,
		oidLength: files[0]?.oid.length ?? 40,
	});
	const commit = await writeCommit(
		door,
		root,
		tree,
		undefined,
		options.message,
	);
	await updateRefs(door, root, [setRef(`${UNDO_REFS}${id}/worktree`, commit)]);
	const absent = options.paths.filter((path) => !there.has(path));
	const gone = options.folders.filter((path) => !folders.has(path));
	for (const [name, text] of [
		["files", stringifyFiles(files)],
		["absent", joinPaths(absent)],
		["folders", joinPaths([...folders.keys()])],
		["absent-folders", joinPaths(gone)],
	] as const)
		await writeFile(join(folder, name), text, "latin1");

	const now = await lookAt(root, there.keys());
	for (const { path, stamp } of looks)
		if (now.get(path)?.stamp !== stamp)
			throw new LlorchError(
				"LLORCH_GIT_CHANGED_MEANWHILE",
				`${quotePath(showRawPath(path))} changed while it was being kept`,
				{ hint: "Nothing was changed. End what writes there, then try again." },
			);
	return {
		repository: {
			...sketch(options.outerRoot, options),
			tree,
			moved: large.map(({ path, size }, n) => ({
				path,
				to: `moved/${n}`,
				size,
			})),
		},
		looks,
	};
}

function joinPaths(paths: readonly RawPath[]): string {
	return paths.map((path) => `${path}\0`).join("");
}
