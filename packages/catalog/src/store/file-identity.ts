import { lstat, stat } from "node:fs/promises";
import { hasCode } from "@llorch/core";

/** What must stay the same for a file to count as unchanged. Decimal strings: the numbers do not fit a double. */
export type FileIdentity = {
	device: string;
	inode: string;
	size: number;
	mtimeNs: string;
};

/** The identity of the file at `path` (links followed), or undefined when there is no regular file. */
export async function identify(
	path: string,
): Promise<FileIdentity | undefined> {
	try {
		const stats = await stat(path, { bigint: true });
		return stats.isFile()
			? {
					device: String(stats.dev),
					inode: String(stats.ino),
					size: Number(stats.size),
					mtimeNs: String(stats.mtimeNs),
				}
			: undefined;
	} catch (error) {
		if (isAbsent(error)) return undefined;
		throw error;
	}
}

export function isSameFile(left: FileIdentity, right: FileIdentity): boolean {
	return left.device === right.device && left.inode === right.inode;
}

export function isUnchanged(left: FileIdentity, right: FileIdentity): boolean {
	return (
		isSameFile(left, right) &&
		left.size === right.size &&
		left.mtimeNs === right.mtimeNs
	);
}

/** What stands at `path` itself: links are not followed. */
export async function kindOf(
	path: string,
): Promise<"file" | "link" | "folder" | "other" | "none"> {
	try {
		const stats = await lstat(path);
		if (stats.isSymbolicLink()) return "link";
		if (stats.isFile()) return "file";
		return stats.isDirectory() ? "folder" : "other";
	} catch (error) {
		if (isAbsent(error)) return "none";
		throw error;
	}
}

/** Nothing is there; ELOOP: links that lead in a circle. */
export function isAbsent(error: unknown): boolean {
	return hasCode(error, "ENOENT", "ENOTDIR", "ELOOP");
}
