import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { hasCode } from "@llorch/core";

/**
 * Makes a folder and those on the way to it. Throws what the system refuses. Not `mkdir` with `recursive`: Node 24 never comes
 * back from it where nothing can be made, as below /proc or a link to a disk that is not mounted.
 *
 * @param options.mode of the folders that are made; default: what the umask leaves
 */
export async function makeFolders(
	path: string,
	options: { mode?: number } = {},
): Promise<void> {
	try {
		await makeOne(path, options);
	} catch (error) {
		if (!hasCode(error, "ENOENT") || dirname(path) === path) throw error;
		await makeFolders(dirname(path), options);
		await makeOne(path, options);
	}
}

/** Another process may make it at the same time. */
async function makeOne(
	path: string,
	options: { mode?: number },
): Promise<void> {
	try {
		await mkdir(path, options);
	} catch (error) {
		const there = await stat(path).catch(() => undefined);
		if (!there?.isDirectory()) throw error;
	}
}
