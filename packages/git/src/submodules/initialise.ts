import { type LlorchError, succeeded } from "@llorch/core";
import { type GitDoor, gitFailed, runGit } from "../run-git.ts";

/**
 * Runs `git submodule init` or `sync` for some paths. git does not wait for the lock of the configuration, so all go in one command;
 * it stops at the first that it cannot do, so then each goes by itself. Returns why, by path, where it failed.
 */
export async function initialise(
	door: GitDoor,
	parent: string,
	command: "init" | "sync",
	paths: readonly string[],
): Promise<Map<string, LlorchError>> {
	const failed = new Map<string, LlorchError>();
	if (paths.length === 0) return failed;
	const run = (some: readonly string[]) =>
		runGit(door, parent, ["submodule", "--quiet", command, "--", ...some]);
	if (succeeded((await run(paths)).result)) return failed;
	for (const path of paths) {
		const output = await run([path]);
		if (!succeeded(output.result))
			failed.set(path, gitFailed(parent, ["submodule", command], output));
	}
	return failed;
}
