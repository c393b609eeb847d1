import { succeeded } from "@llorch/core";
import { chomp, type GitDoor, gitFailed, gitValue, runGit } from "./run-git.ts";

/** Where HEAD is. */
export type Head = {
	/** In full, as `refs/heads/main`; null: detached. */
	branch: string | null;
	/** null: no commit yet. */
	commit: string | null;
};

export async function readHead(door: GitDoor, root: string): Promise<Head> {
	const [branch, commit] = await Promise.all([
		headBranch(door, root),
		headCommit(door, root),
	]);
	return { branch: branch ?? null, commit: commit ?? null };
}

/** The branch we are on, in full; undefined: HEAD is detached. Throws LLORCH_GIT_FAILED where git cannot say. */
export async function headBranch(
	door: GitDoor,
	root: string,
): Promise<string | undefined> {
	const args = ["symbolic-ref", "-q", "HEAD"];
	const output = await runGit(door, root, args);
	const { result, stdout } = output;
	if (succeeded(result)) return chomp(stdout.toString());
	if ("exitCode" in result && result.exitCode === 1) return undefined;
	throw gitFailed(root, args, output);
}

/** The commit we are at; undefined: none yet. */
export function headCommit(
	door: GitDoor,
	root: string,
): Promise<string | undefined> {
	return gitValue(door, root, ["rev-parse", "-q", "--verify", "HEAD^{commit}"]);
}
