import { link, rename, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { hasCode } from "@llorch/core";
import { syncDirectory } from "@llorch/run";
import { onDisk } from "./disk.ts";
import { kindOf } from "./file-identity.ts";

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
	await unlink(from);
	return true;
}

/** Whether a failed `link` means that it cannot work here at all. */
export function lacksHardLinks(error: unknown): boolean {
	return hasCode(error, "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK");
}
