import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { hasCode, succeeded } from "@llorch/core";
import { type GitDoor, gitFailed, runGit } from "./run-git.ts";
import type { Worktree } from "./worktree.ts";

/**
 * Whether a commit is on some remote, as far as was fetched. A look at the refs on disk answers at once when a remote branch
 * points at it, as is usual; only else is git asked.
 */
export async function isOnRemote(
	door: GitDoor,
	{ root, commonDir }: Worktree,
	commit: string,
): Promise<boolean> {
	if (await isRemoteTip(commonDir, commit)) return true;
	const args = ["rev-list", "-n", "1", commit, "--not", "--remotes"];
	const output = await runGit(door, root, args);
	if (!succeeded(output.result)) throw gitFailed(root, args, output);
	return output.stdout.length === 0;
}

async function isRemoteTip(
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
