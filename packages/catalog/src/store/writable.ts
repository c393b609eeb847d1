import { constants } from "node:fs";
import { access, lstat, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { hasCode } from "@llorch/core";
import { isAbsent } from "./file-identity.ts";

/**
 * Why nothing can be put into a folder that may not be there yet, in words; undefined where that can be done. Looks at the folder
 * or, where it is missing, at the nearest one on the way to it, and changes nothing. For root only a file system that is
 * read-only refuses: modes do not count.
 */
export async function whyNotWritable(
	path: string,
): Promise<string | undefined> {
	try {
		if (!(await stat(path)).isDirectory()) return `${path} is not a folder`;
		await access(path, constants.W_OK | constants.X_OK);
		return undefined;
	} catch (error) {
		if (hasCode(error, "EROFS"))
			return `the file system of ${path} is read-only`;
		if (hasCode(error, "EACCES", "EPERM"))
			return `you may not write to ${path}`;
		if (!isAbsent(error)) throw error;
		// A link that leads to nothing is in the way of a folder.
		if (await isThere(path)) return `the link ${path} leads to nothing`;
		return dirname(path) === path ? undefined : whyNotWritable(dirname(path));
	}
}

async function isThere(path: string): Promise<boolean> {
	try {
		await lstat(path);
		return true;
	} catch (error) {
		if (isAbsent(error)) return false;
		throw error;
	}
}
