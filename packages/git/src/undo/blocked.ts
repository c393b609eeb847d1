import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { LlorchError, quotePath } from "@llorch/core";
import { type RawPath, showRawPath, splitNul } from "../raw-path.ts";
import type { GitDoor } from "../run-git.ts";
import { findInTheWay } from "./in-the-way.ts";
import { readIndex } from "./index-entries.ts";
import { keptPaths, readKept } from "./kept-files.ts";
import { lookAt } from "./look.ts";
import type { KeptRepository } from "./manifest.ts";

/**
 * Looks whether files can go back to where they were. Throws LLORCH_GIT_IN_THE_WAY where something stands that neither goes by
 * itself then nor is kept.
 */
export async function refuseBlocked(
	door: GitDoor,
	root: string,
	repository: KeptRepository,
	folder: string,
): Promise<void> {
	const back = repository.moved.map(({ path }) => path as RawPath);
	const goes = new Set(back);
	const folders: RawPath[] = [];
	if (repository.extent === "files") {
		for (const path of (await keptPaths(repository, folder)).paths)
			goes.add(path);
		for (const { path } of await readKept(folder)) back.push(path);
		folders.push(...splitNul(await readFile(join(folder, "folders"))));
	} else if (back.length > 0)
		for (const { path } of await readIndex(door, root)) goes.add(path);
	const inTheWay = await findInTheWay(
		root,
		back.map((path) => ({ path, mode: "100644" })),
		new Set(),
	);
	const atFolders = await lookAt(root, folders);
	const blocking = [
		...inTheWay,
		...[...atFolders.values()].filter(({ kind }) => kind !== "folder"),
	].find(({ path }) => !goes.has(path));
	if (blocking === undefined) return;
	const shown = showRawPath(blocking.path);
	throw new LlorchError(
		"LLORCH_GIT_IN_THE_WAY",
		`${quotePath(shown)} is where a file or folder shall be again, and would be lost`,
		{
			hint: "Nothing was changed. Move it away, then try again.",
			details: { path: shown, repository: root },
		},
	);
}
