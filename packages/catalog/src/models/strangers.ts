import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { hasCode } from "@llorch/core";
import { IGNORE_FILE } from "./base-folder.ts";

/** Something under the base folder that no entry of the catalog knows. */
export type Stranger = {
	/** Absolute. */
	path: string;
	/** On this disk: 0 for a link. */
	bytes: number;
	/** Device and inode, so that two names of one file are counted once. */
	file: string;
};

/**
 * Files and links under `folder` that are not among `known` paths, in order of their names. A folder that is not there
 * has none. Links are not followed; the notes that `hf download --local-dir` leaves in `.cache`, and `.gitignore`, are passed over.
 *
 * @param unreadable gets the folders that we may not look into
 */
export async function findStrangers(
	folder: string,
	known: ReadonlySet<string>,
	unreadable: string[] = [],
): Promise<Stranger[]> {
	const found: Stranger[] = [];
	for await (const path of walk(folder, unreadable)) {
		if (known.has(path)) continue;
		const stats = await lstat(path).catch(() => undefined);
		if (stats === undefined) continue;
		found.push({
			path,
			bytes: stats.isFile() ? stats.size : 0,
			file: `${stats.dev}:${stats.ino}`,
		});
	}
	return found.sort((left, right) => (left.path < right.path ? -1 : 1));
}

async function* walk(
	folder: string,
	unreadable: string[],
): AsyncGenerator<string> {
	const entries = await readdir(folder, { withFileTypes: true }).catch(
		(error: unknown) => {
			if (hasCode(error, "EACCES", "EPERM")) unreadable.push(folder);
			else if (!hasCode(error, "ENOENT", "ENOTDIR")) throw error;
			return [];
		},
	);
	for (const entry of entries) {
		const path = join(folder, entry.name);
		if (entry.name === IGNORE_FILE) continue;
		if (!entry.isDirectory()) yield path;
		else if (entry.name !== ".cache") yield* walk(path, unreadable);
	}
}
