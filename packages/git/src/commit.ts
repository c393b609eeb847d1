import { type GitDoor, runGit } from "./run-git.ts";

export type Commit = {
	hash: string;
	/** The hash as git shortens it here. */
	short: string;
	subject: string;
	author: string;
	/** ISO 8601 with the author's time zone. */
	date: string;
};

/** For `git log --format`. */
export const COMMIT_FORMAT = "%H%x1f%h%x1f%an%x1f%aI%x1f%s";

/** `git log` as `parseCommits` reads it. */
const LOG = ["log", "-z", "--no-show-signature", `--format=${COMMIT_FORMAT}`];

export const LAST_COMMIT: readonly string[] = [...LOG, "-1"];

export function parseCommit(record: string): Commit {
	const [hash = "", short = "", author = "", date = "", ...subject] =
		record.split("\x1f");
	return { hash, short, subject: subject.join("\x1f"), author, date };
}

export function parseCommits(stdout: Buffer): Commit[] {
	return stdout
		.toString()
		.split("\0")
		.filter((record) => record !== "")
		.map(parseCommit);
}

/** Commits as `git log` lists them; none when git cannot (no commit yet). */
export async function readCommits(
	door: GitDoor,
	root: string,
	args: readonly string[],
): Promise<Commit[]> {
	const { stdout } = await runGit(door, root, [...LOG, ...args]);
	return parseCommits(stdout);
}
