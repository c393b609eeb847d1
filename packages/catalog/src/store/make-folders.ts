import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { hasCode } from "@llorch/core";

/**
 * Makes a folder and those on the way to it. Throws what the system refuses. Not `mkdir` with `recursive`: Node 24 never comes
 * back from it where nothing can be made, as below a link to a disk that is not mounted.
 */
export async function makeFolders(path: string): Promise<void> {
	try {
		await makeOne(path);
	} catch (error) {
		if (!hasCode(error, "ENOENT") || dirname(path) === path) throw error;
		await makeFolders(dirname(path));
		await makeOne(path);
	}
}

/** Another process may make it at the same time. */
async function makeOne(path: string): Promise<void> {
	try {
		await mkdir(path);
	} catch (error) {
		const there = await stat(path).catch(() => undefined);
		if (!there?.isDirectory()) throw error;
	}
}
