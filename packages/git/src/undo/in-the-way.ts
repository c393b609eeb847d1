import { readdir } from "node:fs/promises";
import { LlorchError, quotePath } from "@llorch/core";
import {
	foldersAbove,
	onDisk,
	type RawPath,
	rawPath,
	showRawPath,
} from "../raw-path.ts";
import { hasRepository } from "../worktree.ts";
import { SUBMODULE_MODE } from "./index-entries.ts";
import { type Look, lookAtOne } from "./look.ts";

/**
 * What stands where new files shall go, and would be deleted without a word: files, links, and everything in folders, ignored or not.
 * `created` are the paths that will be written, with their modes; `submodules` those that are one now.
 * Throws LLORCH_GIT_IN_THE_WAY for a repository in such a place: it cannot be kept.
 */
export async function findInTheWay(
	root: string,
	created: readonly { path: RawPath; mode: string }[],
	submodules: ReadonlySet<RawPath>,
): Promise<Look[]> {
	const found = new Map<RawPath, Look>();
	const seen = new Map<RawPath, Promise<Look | undefined>>();
	const look = (path: RawPath) => {
		const known = seen.get(path) ?? lookAtOne(root, path);
		seen.set(path, known);
		return known;
	};
	for (const { path, mode } of created) {
		let blocked = false;
		for (const folder of foldersAbove(path)) {
			if (submodules.has(folder) && (await isRepository(root, folder)))
				throw repositoryInTheWay(root, folder);
			const above = await look(folder);
			if (above === undefined || above.kind === "folder") continue;
			found.set(folder, above);
			blocked = true;
			break;
		}
		if (blocked) continue;
		const there = await look(path);
		if (there === undefined) continue;
		if (there.kind !== "folder") found.set(path, there);
		// A repository where a submodule shall be is that submodule.
		else if (mode !== SUBMODULE_MODE || !(await isRepository(root, path)))
			for (const inside of await walk(root, path))
				found.set(inside.path, inside);
	}
	return [...found.values()];
}

/** Every file and link in a folder, ignored ones too. */
async function walk(root: string, folder: RawPath): Promise<Look[]> {
	if (await isRepository(root, folder)) throw repositoryInTheWay(root, folder);
	const names = await readdir(onDisk(root, folder), { encoding: "buffer" });
	const found: Look[] = [];
	for (const name of names) {
		const path = `${folder}/${rawPath(name)}` as RawPath;
		const look = await lookAtOne(root, path);
		if (look === undefined) continue;
		if (look.kind === "folder") found.push(...(await walk(root, path)));
		else found.push(look);
	}
	return found;
}

function isRepository(root: string, path: RawPath): Promise<boolean> {
	return hasRepository(onDisk(root, path));
}

function repositoryInTheWay(root: string, path: RawPath): LlorchError {
	const shown = showRawPath(path);
	return new LlorchError(
		"LLORCH_GIT_IN_THE_WAY",
		`${quotePath(shown)} is a repository of its own, and the commit to go to has something else there`,
		{
			hint: "Nothing was changed. Move it away, then try again.",
			details: { path: shown, repository: root },
		},
	);
}
