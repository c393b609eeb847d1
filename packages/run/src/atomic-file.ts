import { randomBytes } from "node:crypto";
import { open, realpath, rename, stat, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { hasCode } from "@llorch/core";

/**
 * Puts a whole file in its place at once: readers see the old bytes or the new ones, also after a power cut.
 * Follows a link at `path` (a configuration kept in a dotfiles repository stays there). Without `mode`, a file that
 * exists keeps its own, and a new one gets 0o666 less the umask. System errors (ENOSPC, EACCES …) pass as they are,
 * and leave nothing behind.
 */
export async function writeFileAtomic(
	path: string,
	data: string | Uint8Array,
	options: { mode?: number } = {},
): Promise<void> {
	const target = await realpath(path).catch((error) => {
		if (hasCode(error, "ENOENT")) return path;
		throw error;
	});
	const mode = options.mode ?? (await modeOf(target));
	const temporary = join(
		dirname(target),
		`.${basename(target)}.${process.pid}-${randomBytes(6).toString("hex")}.tmp`,
	);
	try {
		const file = await open(temporary, "wx", mode);
		try {
			// The mode given to open() is cut by the umask; one that was asked for is meant.
			if (mode !== undefined) await file.chmod(mode);
			await file.writeFile(data);
			await file.sync();
		} finally {
			await file.close();
		}
		await rename(temporary, target);
	} catch (error) {
		await unlink(temporary).catch(() => {});
		throw error;
	}
	await syncDirectory(dirname(target));
}

async function modeOf(path: string): Promise<number | undefined> {
	try {
		return (await stat(path)).mode & 0o7777;
	} catch {
		return undefined;
	}
}

/** Makes the names in a folder durable. Some file systems cannot (EINVAL, EPERM …), and then nothing is lost by not doing it. */
export async function syncDirectory(path: string): Promise<void> {
	try {
		const directory = await open(path, "r");
		try {
			await directory.sync();
		} finally {
			await directory.close();
		}
	} catch {}
}
