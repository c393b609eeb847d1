import { link, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { hasCode, isSystemError } from "@llorch/core";
import { syncDirectory } from "@llorch/run";
import { onDisk } from "./disk.ts";
import {
	type FileIdentity,
	identify,
	isSameFile,
	kindOf,
} from "./file-identity.ts";

/**
 * Gives a verified file its final name, durably, unless that name is taken: then `false`, and both stay as they are.
 * (`rename` alone would silently replace what another tool has put there in the meantime.)
 */
export async function publish(from: string, to: string): Promise<boolean> {
	return onDisk(to, async () => {
		if (!(await linkOrRename(from, to))) return false;
		await syncDirectory(dirname(to));
		return true;
	});
}

async function linkOrRename(from: string, to: string): Promise<boolean> {
	try {
		await link(from, to);
	} catch (error) {
		if (hasCode(error, "EEXIST")) return false;
		if (!lacksHardLinks(error)) throw error;
		if ((await kindOf(to)) !== "none") return false;
		await rename(from, to);
		return true;
	}
	await rm(from, { force: true });
	return true;
}

/**
 * Takes away the partial that is a second name of the file that was made of it: a kill between the two steps of `publish`
 * leaves it. Where the system does not allow that, it stays: it takes no space.
 */
export async function removeSecondName(
	partial: string,
	whole: FileIdentity,
): Promise<void> {
	const there = await identify(partial);
	if (there !== undefined && isSameFile(there, whole))
		await rm(partial, { force: true }).catch((error: unknown) => {
			if (!isSystemError(error)) throw error;
		});
}

/** Whether a failed `link` means that it cannot work here at all. */
export function lacksHardLinks(error: unknown): boolean {
	return hasCode(error, "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK");
}
