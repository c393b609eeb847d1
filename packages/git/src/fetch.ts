import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { LlorchError, redact, succeeded, toErrorInfo } from "@llorch/core";
import { saysFull } from "./disk-full.ts";
import {
	type GitDoor,
	git,
	gitValue,
	mainComplaint,
	runGit,
} from "./run-git.ts";
import type { Worktree } from "./worktree.ts";

/** Fetches from a remote as it is configured. Submodules are not fetched. Throws LLORCH_GIT_FETCH_FAILED. */
export async function fetchRemote(
	door: GitDoor,
	root: string,
	remote: string,
	refspecs: readonly string[] = [],
): Promise<void> {
	const { stderr, result } = await runGit(door, root, [
		"fetch",
		"--quiet",
		"--no-recurse-submodules",
		"--",
		remote,
		...refspecs,
	]);
	if (!succeeded(result)) throw fetchFailed(root, remote, stderr);
}

export function fetchFailed(
	root: string,
	remote: string,
	stderr: string,
): LlorchError {
	const reason = redact(mainComplaint(stderr) ?? "");
	const full = saysFull(stderr);
	return new LlorchError(
		full ? "LLORCH_GIT_DISK_FULL" : "LLORCH_GIT_FETCH_FAILED",
		`${full ? "the disk is full: " : ""}${remote} could not be fetched from in ${root}: ${reason}`,
		{
			hint: full ? "Free some space, then try again." : hintFor(stderr),
			details: { remote, folder: root, stderr: redact(stderr).slice(0, 4000) },
		},
	);
}

/**
 * Fetches from a remote, and finds the commit of one of its branches as it is there now; undefined: it has no such branch. What is
 * noted of the remote's branches does not tell: a fetch lets those that are gone be, and may leave others out. Throws
 * LLORCH_GIT_FETCH_FAILED.
 */
export async function fetchTip(
	door: GitDoor,
	{ root, gitDir }: Worktree,
	remote: string,
	branch: string | undefined,
): Promise<string | undefined> {
	await fetchRemote(door, root, remote);
	if (branch === undefined) return undefined;
	const fetched = await readFile(join(gitDir, "FETCH_HEAD"), "utf8");
	for (const line of fetched.split("\n")) {
		const [commit, , what = ""] = line.split("\t");
		if (what.startsWith(`branch '${branch}' of `)) return commit;
	}
	const ref = `refs/remotes/${remote}/${branch}`;
	try {
		await fetchRemote(door, root, remote, [`+refs/heads/${branch}:${ref}`]);
	} catch (error) {
		door.signal.throwIfAborted();
		if (!/couldn't find remote ref/.test(toErrorInfo(error).message))
			throw error;
		return undefined;
	}
	return gitValue(door, root, [
		"rev-parse",
		"-q",
		"--verify",
		`${ref}^{commit}`,
	]);
}

function hintFor(stderr: string): string {
	if (
		/terminal prompts disabled|Permission denied|Authentication/i.test(stderr)
	)
		return "git could not log in, and here it cannot ask: run `git fetch` in a terminal once, or use a credential helper or an SSH agent.";
	if (
		/Could not resolve host|unable to access|Could not read from remote/i.test(
			stderr,
		)
	)
		return "Check the network and the remote's address (git remote -v), then try again.";
	return "Try `git fetch` in that folder to see all it says.";
}

/**
 * Whether a commit is here, with all that belongs to it. A fetch that was killed may have left the commit without its files: git
 * unpacks a small one object by object, and checks as here before it notes the commit anywhere (connected.c).
 */
export async function hasCommit(
	door: GitDoor,
	root: string,
	commit: string,
): Promise<boolean> {
	const { result } = await runGit(door, root, [
		"rev-list",
		"--objects",
		"--quiet",
		"--exclude-promisor-objects",
		commit,
		"--not",
		"--all",
		"--",
	]);
	return succeeded(result);
}

/** The remotes of a repository, the likeliest first. */
export async function remoteNames(
	door: GitDoor,
	root: string,
): Promise<string[]> {
	const names = (await git(door, root, ["remote"]))
		.toString()
		.split("\n")
		.filter((name) => name !== "");
	return names.sort((a, b) => Number(b === "origin") - Number(a === "origin"));
}

/**
 * Gets a commit that a repository does not have: from its remote's branches, else by its name, which most servers allow.
 * Throws LLORCH_GIT_FETCH_FAILED.
 */
export async function fetchCommit(
	door: GitDoor,
	root: string,
	commit: string,
): Promise<void> {
	const [remote] = await remoteNames(door, root);
	if (remote === undefined)
		throw new LlorchError("LLORCH_GIT_NO_REMOTE", `${root} has no remote`, {
			details: { folder: root },
		});
	await fetchRemote(door, root, remote);
	if (await hasCommit(door, root, commit)) return;
	try {
		await fetchRemote(door, root, remote, [commit]);
	} catch (cause) {
		door.signal.throwIfAborted();
		if (toErrorInfo(cause).code === "LLORCH_GIT_DISK_FULL") throw cause;
		throw new LlorchError(
			"LLORCH_GIT_FETCH_FAILED",
			`${remote} of ${root} does not have the recorded commit ${commit}`,
			{
				hint: "Whoever recorded it has to push it there first.",
				details: { remote, folder: root, commit },
				cause,
			},
		);
	}
}
