import { type GitDoor, gitValue } from "./run-git.ts";

/** Where HEAD is. */
export type Head = {
	/** In full, as `refs/heads/main`; null: detached. */
	branch: string | null;
	/** null: no commit yet. */
	commit: string | null;
};

export async function readHead(door: GitDoor, root: string): Promise<Head> {
	const [branch, commit] = await Promise.all([
		gitValue(door, root, ["symbolic-ref", "-q", "HEAD"]),
		headCommit(door, root),
	]);
	return { branch: branch ?? null, commit: commit ?? null };
}

/** The commit we are at; undefined: none yet. */
export function headCommit(
	door: GitDoor,
	root: string,
): Promise<string | undefined> {
	return gitValue(door, root, ["rev-parse", "-q", "--verify", "HEAD^{commit}"]);
}
