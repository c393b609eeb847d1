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

/** For `git log --format`, one commit a record; ended by NUL with `-z`. */
export const COMMIT_FORMAT = "%H%x1f%h%x1f%an%x1f%aI%x1f%s";

export function parseCommit(record: string): Commit {
	const [hash = "", short = "", author = "", date = "", ...subject] =
		record.split("\x1f");
	return { hash, short, subject: subject.join("\x1f"), author, date };
}

/** Commits as `git log` lists them; none when git cannot (no commit yet). */
export async function readCommits(
	door: GitDoor,
	root: string,
	args: readonly string[],
): Promise<Commit[]> {
	const { stdout } = await runGit(door, root, [
		"log",
		"-z",
		"--no-show-signature",
		`--format=${COMMIT_FORMAT}`,
		...args,
	]);
	return stdout
		.toString()
		.split("\0")
		.filter((record) => record !== "")
		.map(parseCommit);
}
