import { type CommandRunner, redact } from "@llorch/core";
import { type Commit, LAST_COMMIT, parseCommits } from "../commit.ts";
import { findOperation, type Operation } from "../operation.ts";
import type { ParallelOptions } from "../parallel.ts";
import {
	type PorcelainStatus,
	parsePorcelainStatus,
	STATUS_ARGUMENTS,
} from "../porcelain-status.ts";
import { type ShownPath, shownPath, splitNul } from "../raw-path.ts";
import { type GitDoor, git, runGit } from "../run-git.ts";
import { runTogether, type TogetherOutput } from "../run-together.ts";
import { listTree } from "../submodules/tree.ts";
import { isActing } from "../undo/act.ts";
import { findInterrupted } from "../undo/manifest.ts";
import type { Worktree } from "../worktree.ts";
import {
	readSubmoduleStates,
	type SubmoduleStatus,
} from "./submodule-status.ts";

/** One uncommitted change. */
export type Change = ShownPath & {
	kind: "changed" | "unmerged" | "untracked";
	/** As `git status --short` shows it: index against HEAD, files against index; `??` untracked. */
	xy: string;
	/** Where a renamed file comes from. */
	from?: string;
};

/** How a repository and everything in it stands. */
export type RepositoryStatus = {
	root: string;
	/** null: HEAD is detached. */
	branch: string | null;
	/** null: no commit yet. */
	commit: Commit | null;
	/** null: the branch follows nothing. `ahead` and `behind` are null when the upstream branch is gone. */
	upstream: {
		name: string;
		ahead: number | null;
		behind: number | null;
	} | null;
	remote: { name: string; url: string } | null;
	operation: Operation | null;
	/** An action of llorch that was killed: `git undo` or `git sync` brings everything to a whole state. */
	interrupted: { id: string; action: string; at: string } | null;
	changes: Change[];
	submodules: SubmoduleStatus[];
	/** What this machine is; a program that is not here is null. */
	system: { os: string; rustc: string | null; cargo: string | null };
};

export type StatusOptions = ParallelOptions & {
	runner: CommandRunner;
	/** The system's name and version, for people. */
	os: string;
};

/** Looks at a repository and all its submodules. One `git status` each, never a second walk through a submodule's files. */
export async function readStatus(
	worktree: Worktree,
	options: StatusOptions,
): Promise<RepositoryStatus> {
	const { root, gitDir } = worktree;
	const [own, operation, interrupted, submodules] = await Promise.all([
		readOwn(options, root),
		findOperation(gitDir),
		readInterrupted(worktree),
		readSubmodules(root, options),
	]);
	const { status, commit, remotes, rustc, cargo } = own;
	return {
		root,
		branch: status.branch ?? null,
		commit: commit ?? null,
		upstream: describeUpstream(status.upstream),
		remote: chooseRemote(remotes, status.branch),
		operation: operation ?? null,
		interrupted,
		changes: status.entries.map(describeChange),
		submodules,
		system: { os: options.os, rustc, cargo },
	};
}

async function readInterrupted(
	outer: Worktree,
): Promise<RepositoryStatus["interrupted"]> {
	// In this order: one that ends just now has noted it before it gives the lock back.
	if (await isActing(outer)) return null;
	const open = await findInterrupted({ outer }, { lookOnly: true });
	if (open === undefined) return null;
	return { id: open.id, action: open.action, at: open.startedAt };
}

/** Every submodule and how it stands. */
export async function readSubmodules(
	root: string,
	options: Omit<StatusOptions, "os">,
): Promise<SubmoduleStatus[]> {
	return readSubmoduleStates(options, await listTree(options, root));
}

/** What is asked of the repository itself and of the machine, in one go. */
async function readOwn(door: GitDoor, root: string) {
	const version = ["--version"];
	const [status, log, remotes, rustc, cargo] = await runTogether(door, [
		{ folder: root, args: STATUS_ARGUMENTS },
		{ folder: root, args: LAST_COMMIT },
		{ folder: root, args: REMOTES },
		{ folder: root, program: "rustc", args: version },
		{ folder: root, program: "cargo", args: version },
	]);
	return {
		status: parsePorcelainStatus(
			status?.code === 0
				? status.stdout
				: await git(door, root, STATUS_ARGUMENTS),
		),
		// Without a commit, git fails here.
		commit: parseCommits(log?.stdout ?? Buffer.alloc(0))[0],
		remotes: parseRemotes(remotes?.stdout ?? Buffer.alloc(0)),
		rustc: findVersion(rustc),
		cargo: findVersion(cargo),
	};
}

function describeUpstream(
	upstream: PorcelainStatus["upstream"],
): RepositoryStatus["upstream"] {
	if (upstream === undefined) return null;
	const { name, ahead = null, behind = null } = upstream;
	return { name, ahead, behind };
}

function describeChange({
	path,
	from,
	kind,
	xy,
}: PorcelainStatus["entries"][number]): Change {
	return {
		...shownPath(path),
		kind: kind === "ignored" ? "untracked" : kind,
		xy,
		...(from === undefined ? {} : { from: shownPath(from).path }),
	};
}

export type Remotes = {
	/** URL by name, in the order of the configuration. */
	urls: Map<string, string>;
	/** Which remote a branch follows. */
	branches: Map<string, string>;
};

const REMOTES = [
	"config",
	"-z",
	"--get-regexp",
	"^(remote\\..*\\.url|branch\\..*\\.remote)$",
] as const;

/** The remotes as configured. URLs may hold passwords. */
export async function readRemotes(
	door: GitDoor,
	root: string,
): Promise<Remotes> {
	return parseRemotes((await runGit(door, root, REMOTES)).stdout);
}

function parseRemotes(stdout: Uint8Array): Remotes {
	const remotes: Remotes = { urls: new Map(), branches: new Map() };
	for (const record of splitNul(stdout)) {
		const text = Buffer.from(record, "latin1").toString();
		const newline = text.indexOf("\n");
		const key = text.slice(0, newline);
		const value = text.slice(newline + 1);
		const name = key.slice(key.indexOf(".") + 1, key.lastIndexOf("."));
		if (key.startsWith("branch.")) remotes.branches.set(name, value);
		else if (!remotes.urls.has(name)) remotes.urls.set(name, value);
	}
	return remotes;
}

/** The remote that counts for a branch: the one it follows, else `origin`, else the only one. */
export function remoteFor(
	{ urls, branches }: Remotes,
	branch: string | undefined,
): string | undefined {
	const followed = branch === undefined ? undefined : branches.get(branch);
	if (followed !== undefined && urls.has(followed)) return followed;
	if (urls.has("origin")) return "origin";
	return urls.size === 1 ? [...urls.keys()][0] : undefined;
}

function chooseRemote(
	remotes: Remotes,
	branch: string | undefined,
): RepositoryStatus["remote"] {
	const name = remoteFor(remotes, branch);
	if (name === undefined) return null;
	return { name, url: redact(remotes.urls.get(name) ?? "") };
}

function findVersion(output: TogetherOutput | undefined): string | null {
	const [, version = null] =
		/^\S+ (\S+)/.exec(output?.stdout.toString() ?? "") ?? [];
	return output?.code === 0 ? version : null;
}
