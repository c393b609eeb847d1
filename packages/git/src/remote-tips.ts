import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { hasCode } from "@llorch/core";

/**
 * Whether a remote branch points at a commit, as is usual: read from disk, without git. If none does, the commit may still be
 * behind one.
 */
export async function isRemoteTip(
	commonDir: string,
	commit: string,
): Promise<boolean> {
	const packed = await read(join(commonDir, "packed-refs"));
	if (packed.includes(`${commit} refs/remotes/`)) {
		// A loose ref hides a packed one, so the packed line may be out of date.
		const [, name = ""] =
			new RegExp(`^${commit} (refs/remotes/.*)$`, "m").exec(packed) ?? [];
		const loose = await read(join(commonDir, name));
		if (loose === "" || loose.startsWith(commit)) return true;
	}
	return someFile(join(commonDir, "refs", "remotes"), async (path) =>
		(await read(path)).startsWith(commit),
	);
}

async function someFile(
	folder: string,
	test: (path: string) => Promise<boolean>,
): Promise<boolean> {
	const entries = await readdir(folder, { withFileTypes: true }).catch(
		() => [],
	);
	for (const entry of entries) {
		const path = join(folder, entry.name);
		if (entry.isDirectory() ? await someFile(path, test) : await test(path))
			return true;
	}
	return false;
}

async function read(path: string): Promise<string> {
	try {
		return await readFile(path, "utf8");
	} catch (error) {
		if (hasCode(error, "ENOENT", "ENOTDIR", "EISDIR")) return "";
		throw error;
	}
}
