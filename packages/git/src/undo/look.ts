import { lstat } from "node:fs/promises";
import { hasCode } from "@llorch/core";
import { onDisk, type RawPath } from "../raw-path.ts";

/** A file as it is on disk now. */
export type Look = {
	path: RawPath;
	kind: "file" | "link" | "folder" | "other";
	/** Permission bits. */
	mode: number;
	size: number;
	/** Changes whenever the file does: inode, size, mode and both times. */
	stamp: string;
};

// lstat() in the thread pool: more at once than it has threads only takes memory.
const AT_ONCE = 64;

/** What is at these paths; those that are not there are left out. */
export async function lookAt(
	root: string,
	paths: Iterable<RawPath>,
): Promise<Map<RawPath, Look>> {
	const found = new Map<RawPath, Look>();
	const all = [...paths];
	for (let at = 0; at < all.length; at += AT_ONCE)
		for (const look of await Promise.all(
			all.slice(at, at + AT_ONCE).map((path) => lookAtOne(root, path)),
		))
			if (look !== undefined) found.set(look.path, look);
	return found;
}

export async function lookAtOne(
	root: string,
	path: RawPath,
): Promise<Look | undefined> {
	try {
		const stats = await lstat(onDisk(root, path), { bigint: true });
		const { ino, size, mode, mtimeNs, ctimeNs } = stats;
		return {
			path,
			kind: stats.isFile()
				? "file"
				: stats.isSymbolicLink()
					? "link"
					: stats.isDirectory()
						? "folder"
						: "other",
			mode: Number(mode) & 0o7777,
			size: Number(size),
			stamp: [ino, size, mode, mtimeNs, ctimeNs].join(" "),
		};
	} catch (error) {
		// ENOTDIR: a folder on the way is a file now. ELOOP and the like must not pass for "not there".
		if (hasCode(error, "ENOENT", "ENOTDIR")) return undefined;
		throw error;
	}
}
