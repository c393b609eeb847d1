import {
	mkdir,
	readdir,
	readFile,
	rm,
	rmdir,
	writeFile,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import { isSystemError } from "@llorch/core";
import { makeFolders } from "@llorch/run";

/** Hides the folder of the links from git, which would offer links to places of this machine alone for the next commit. */
export const IGNORE_FILE = ".gitignore";
const IGNORE_ALL = "*\n";

/** Makes the folder where it is missing. Returns whether it did; where it cannot be made, its links will say so. */
export async function makeBaseFolder(folder: string): Promise<boolean> {
	return unlessRefused(async () => {
		await makeFolders(dirname(folder));
		await mkdir(folder);
		await writeFile(join(folder, IGNORE_FILE), IGNORE_ALL);
	});
}

/** Takes a folder that we made away when nothing else is in it. */
export async function removeBaseFolder(folder: string): Promise<void> {
	await unlessRefused(async () => {
		const ignore = join(folder, IGNORE_FILE);
		const [only, ...others] = await readdir(folder);
		if (only !== IGNORE_FILE || others.length > 0) return;
		if ((await readFile(ignore, "utf8")) !== IGNORE_ALL) return;
		await rm(ignore);
		await rmdir(folder);
	});
}

/** Whether it was done. */
async function unlessRefused(action: () => Promise<void>): Promise<boolean> {
	try {
		await action();
		return true;
	} catch (error) {
		if (isSystemError(error)) return false;
		throw error;
	}
}
