import { lstat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { formatBytes, hasCode, isSystemError, LlorchError } from "@llorch/core";
import { makeFolders } from "@llorch/run";

/** Space of the file system that holds `path`, or its nearest folder that exists. Bytes. */
export async function diskSpace(
	path: string,
): Promise<{ freeBytes: number; totalBytes: number }> {
	try {
		// In doubles: exact to 9 PB, and Bun's and Node's big integers are not of one shape.
		const { bavail, blocks, bsize } = await statfs(path);
		return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
	} catch (error) {
		if (!hasCode(error, "ENOENT", "ENOTDIR") || dirname(path) === path)
			throw error;
		return diskSpace(dirname(path));
	}
}

/** Throws LLORCH_DISK_FULL when `bytes` more do not fit where `path` is. */
export async function needSpace(
	path: string,
	bytes: number,
	label: string,
): Promise<void> {
	const { freeBytes } = await diskSpace(path);
	if (freeBytes >= bytes) return;
	throw new LlorchError(
		"LLORCH_DISK_FULL",
		`${label} needs ${formatBytes(bytes)} more, and ${path} has only ${formatBytes(freeBytes)} free`,
		{
			hint: "Free some space, or set HF_HUB_CACHE to a folder on a larger disk.",
			run: ["models", "disk-usage"],
			details: { path, neededBytes: bytes, freeBytes },
		},
	);
}

const UNUSABLE = [
	...["EACCES", "EPERM", "EROFS"],
	...["ENOTDIR", "EEXIST", "ELOOP", "ENAMETOOLONG", "EFBIG", "EIO"],
];

/** A folder that cannot be made; everything else that is not there may just have gone, which is not the disk's fault. */
function isUnmakeable(error: unknown): error is NodeJS.ErrnoException {
	return hasCode(error, "ENOENT") && error.syscall === "mkdir";
}

/** What the system refuses at the cache, in our words; anything else as it is. `kept` says what is left of a download. */
export function explainDisk(
	error: unknown,
	path: string,
	kept?: string,
): unknown {
	const rest = kept === undefined ? "" : `; ${kept}`;
	if (hasCode(error, "ENOSPC", "EDQUOT"))
		return new LlorchError(
			"LLORCH_DISK_FULL",
			`the disk is full: ${path} cannot be written further${rest}`,
			{
				hint: "Free some space, then run the same command again: it goes on from there.",
				run: ["models", "disk-usage"],
				details: { path, code: String(error.code) },
				cause: error,
			},
		);
	if (hasCode(error, ...UNUSABLE) || isUnmakeable(error))
		return new LlorchError(
			"LLORCH_CACHE_UNUSABLE",
			`${path} cannot be used (${error.code})${rest}`,
			{
				hint: hasCode(error, "EACCES", "EPERM")
					? "Give yourself the right to read and write it, or set HF_HUB_CACHE to another folder."
					: "Look at the folders on the way to it, and at their disk, or set HF_HUB_CACHE to another folder.",
				details: { path, code: String(error.code) },
				cause: error,
			},
		);
	return error;
}

export function isUnusable(error: unknown): error is LlorchError {
	return (
		error instanceof LlorchError && error.info.code === "LLORCH_CACHE_UNUSABLE"
	);
}

/** Does something with the cache, and explains what the system refuses. */
export async function onDisk<V>(
	path: string,
	action: () => Promise<V>,
): Promise<V> {
	try {
		return await action();
	} catch (error) {
		throw explainDisk(error, path);
	}
}

/** The same for all of the cache that an operation looks at: the system names what it refuses. */
export async function onCache<V>(
	cache: string,
	action: () => Promise<V>,
): Promise<V> {
	try {
		return await action();
	} catch (error) {
		const { path } = isSystemError(error)
			? (error as NodeJS.ErrnoException)
			: {};
		throw explainDisk(
			error,
			path === undefined ? cache : await lastVisible(path),
		);
	}
}

/** The path itself, or the folder on the way to it that keeps us from seeing further: the one whose rights must change. */
async function lastVisible(path: string): Promise<string> {
	const isHidden = await lstat(path).then(
		() => false,
		(error: unknown) => hasCode(error, "EACCES"),
	);
	return isHidden && dirname(path) !== path ? lastVisible(dirname(path)) : path;
}

export async function makeFolder(path: string): Promise<void> {
	await onDisk(path, () => makeFolders(path));
}
