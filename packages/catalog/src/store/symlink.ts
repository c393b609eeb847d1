import { randomBytes } from "node:crypto";
import { rename, symlink, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { hasCode, LlorchError } from "@llorch/core";
import { explainDisk } from "./disk.ts";

/** Puts a link at `path`, in the place of whatever is there, at once. Throws LLORCH_NO_SYMLINKS, LLORCH_CACHE_UNUSABLE. */
export async function putSymlink(path: string, target: string): Promise<void> {
	const temporary = join(
		dirname(path),
		`.${basename(path)}.${randomBytes(6).toString("hex")}.llorch-tmp`,
	);
	try {
		await symlink(target, temporary);
		await rename(temporary, path);
	} catch (error) {
		await unlink(temporary).catch(() => {});
		throw explainSymlink(error, path);
	}
}

/** Finds out before a download whether its links can be made afterwards. Throws LLORCH_NO_SYMLINKS. */
export async function needSymlinks(folder: string): Promise<void> {
	const probe = join(folder, `.${randomBytes(6).toString("hex")}.llorch-tmp`);
	try {
		await symlink("probe", probe);
		await unlink(probe);
	} catch (error) {
		throw explainSymlink(error, folder);
	}
}

function explainSymlink(error: unknown, path: string): unknown {
	if (!hasCode(error, "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"))
		return explainDisk(error, path);
	return new LlorchError(
		"LLORCH_NO_SYMLINKS",
		`the file system of ${dirname(path)} has no symbolic links, which the Hugging Face cache is made of`,
		{
			hint: "Set HF_HUB_CACHE to a folder on a file system that has them.",
			details: { path },
			cause: error,
		},
	);
}
