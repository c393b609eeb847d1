import { LlorchError, redact, succeeded } from "@llorch/core";
import {
	type GitDoor,
	git,
	gitValue,
	mainComplaint,
	runGit,
} from "./run-git.ts";

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
	if (succeeded(result)) return;
	const reason = redact(mainComplaint(stderr) ?? "");
	throw new LlorchError(
		"LLORCH_GIT_FETCH_FAILED",
		`${remote} could not be fetched from in ${root}: ${reason}`,
		{
			hint: hintFor(stderr),
			details: { remote, folder: root, stderr: redact(stderr).slice(0, 4000) },
		},
	);
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

/** Whether a commit is here. */
export async function hasCommit(
	door: GitDoor,
	root: string,
	commit: string,
): Promise<boolean> {
	const type = await gitValue(door, root, ["cat-file", "-t", commit]);
	return type === "commit";
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
