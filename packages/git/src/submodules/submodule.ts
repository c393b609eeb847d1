import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { hasCode } from "@llorch/core";
import { isThere } from "../is-there.ts";
import { type RawPath, showRawPath, splitNul, textOf } from "../raw-path.ts";
import { type GitDoor, git, runGit } from "../run-git.ts";
import { runTogether } from "../run-together.ts";
import { readWorktree } from "../worktree.ts";
import { whyRefused } from "./name.ts";

/** A submodule as a repository describes and records it. */
export type Submodule = {
	name: string;
	/** From the root of the repository that has it. */
	path: RawPath;
	/** Absolute. */
	root: string;
	/** As `.gitmodules` has it: may be relative to the remote, and may hold a password. */
	url: string;
	/** The branch it follows, if `.gitmodules` names one. `.` means the name of the superproject's. */
	branch?: string;
	/** How `git submodule update` shall bring it up to date; `none` means not at all. */
	update?: string;
	/** The commit that the index records. Absent while its entry is in conflict. */
	recorded?: string;
	/** Why nothing can be done with it, for people: `.gitmodules` does not describe it, or by a name that git refuses. */
	unusable?: string;
};

/** Where a description of submodules is read from: the files and the index, or a commit. */
export type SubmoduleSource = { commit?: string };

/**
 * The submodules of a repository, by path: the entries of the index (or of a commit) that are one, as `.gitmodules` there describes
 * them. Nested ones are not looked for. Throws LLORCH_GIT_FAILED when `.gitmodules` cannot be understood.
 */
export async function listSubmodules(
	door: GitDoor,
	root: string,
	{ commit }: SubmoduleSource = {},
): Promise<Submodule[]> {
	const onDisk =
		commit === undefined && (await isThere(join(root, ".gitmodules")));
	if (commit === undefined && !onDisk && !(await indexHasSubmodule(root)))
		return [];
	// Where the file is not on disk, git goes by the index's.
	const describe = onDisk
		? ["config", "-f", ".gitmodules", "-z", "--list"]
		: describeBlob(`${commit ?? ""}:.gitmodules`);
	const record =
		commit === undefined
			? ["ls-files", "-s", "-z"]
			: ["ls-tree", "-r", "-z", commit];
	const [descriptions, records] = await runTogether(door, [
		{ folder: root, args: describe },
		{ folder: root, args: record },
	]);
	const listing =
		records?.code === 0 ? records.stdout : await git(door, root, record);
	const described = parseDescriptions(
		descriptions?.code === 0
			? descriptions.stdout
			: await describeOtherwise(door, root, describe, listing),
	);
	const recorded = parseGitlinks(listing, commit);
	const names = described.map(({ name }) => name);
	const found = new Set<RawPath>();
	const submodules: Omit<Submodule, "root" | "recorded">[] = [];
	for (const one of described) {
		if (!recorded.has(one.path)) continue;
		found.add(one.path);
		const unusable = whyRefused(one.name, names);
		submodules.push(unusable === undefined ? one : { ...one, unusable });
	}
	for (const path of recorded.keys())
		if (!found.has(path))
			submodules.push({
				name: showRawPath(path),
				path,
				url: "",
				unusable: ".gitmodules does not describe it",
			});
	return submodules
		.map((submodule) => {
			const { path } = submodule;
			const oid = recorded.get(path);
			return {
				...submodule,
				root: join(root, textOf(path) ?? path),
				...(oid === undefined ? {} : { recorded: oid }),
			};
		})
		.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function describeBlob(blob: string): string[] {
	return ["config", "--blob", blob, "-z", "--list"];
}

/** For where the description could not be read: in conflict, it is ours that counts; without the file there is none. */
async function describeOtherwise(
	door: GitDoor,
	root: string,
	describe: readonly string[],
	listing: Uint8Array,
): Promise<Uint8Array> {
	for (const stage of [2, 3])
		if (
			splitNul(listing).some((entry) =>
				entry.endsWith(` ${stage}\t.gitmodules`),
			)
		)
			return git(door, root, describeBlob(`:${stage}:.gitmodules`));
	const { stderr } = await runGit(door, root, describe);
	if (/unable to resolve config blob/.test(stderr)) return Buffer.alloc(0);
	return git(door, root, describe);
}

const SUBMODULE_MODE = Buffer.from([0, 0, 0o160000 >> 8, 0]);

/**
 * Whether a repository's index has a submodule, read from disk: git would be a process for each repository that has none. Where
 * the bytes of its mode stand for something else, it says yes too.
 */
async function indexHasSubmodule(root: string): Promise<boolean> {
	const worktree = await readWorktree(root);
	if (worktree === undefined) return false;
	try {
		const index = await readFile(join(worktree.gitDir, "index"));
		if (index.includes(SUBMODULE_MODE)) return true;
	} catch (error) {
		if (!hasCode(error, "ENOENT")) throw error;
		return false;
	}
	// Most entries of a split index are in another file.
	const names = await readdir(worktree.gitDir);
	return names.some((name) => name.startsWith("sharedindex."));
}

type Description = Omit<Submodule, "root" | "recorded" | "unusable">;

function parseDescriptions(stdout: Uint8Array): Description[] {
	const byName = new Map<string, Record<string, RawPath>>();
	for (const record of splitNul(stdout)) {
		const newline = record.indexOf("\n");
		const [, name, key] =
			/^submodule\.(.+)\.([^.]+)$/s.exec(record.slice(0, newline)) ?? [];
		if (name === undefined || key === undefined) continue;
		const values = byName.get(name) ?? {};
		values[key] = record.slice(newline + 1) as RawPath;
		byName.set(name, values);
	}
	return [...byName].flatMap(([name, { path, url, branch, update }]) =>
		path === undefined
			? []
			: {
					name: decode(name as RawPath),
					path: path.replace(/\/+$/, "") as RawPath,
					url: url === undefined ? "" : decode(url),
					...(branch === undefined ? {} : { branch: decode(branch) }),
					...(update === undefined ? {} : { update: decode(update) }),
				},
	);
}

function decode(bytes: RawPath): string {
	return Buffer.from(bytes, "latin1").toString();
}

/** The recorded commits by path; `undefined` for one in conflict. */
function parseGitlinks(
	listing: Uint8Array,
	commit: string | undefined,
): Map<RawPath, string | undefined> {
	const found = new Map<RawPath, string | undefined>();
	for (const record of splitNul(listing)) {
		const tab = record.indexOf("\t");
		const fields = record.slice(0, tab).split(" ");
		if (fields[0] !== "160000") continue;
		const path = record.slice(tab + 1) as RawPath;
		const [oid, stage] =
			commit === undefined ? [fields[1], fields[2]] : [fields[2], "0"];
		found.set(path, stage === "0" ? oid : undefined);
	}
	return found;
}
