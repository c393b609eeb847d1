import { copyFile, rm } from "node:fs/promises";
import { hasCode } from "@llorch/core";
import type { RawPath } from "../raw-path.ts";
import { chomp, type GitDoor, git } from "../run-git.ts";
import type { KeptFile } from "./hash-files.ts";
import type { IndexEntry } from "./index-entries.ts";

/** Whoever undoes need not have a name configured. */
const IDENTITY = {
	GIT_AUTHOR_NAME: "llorch",
	GIT_AUTHOR_EMAIL: "llorch@localhost",
	GIT_COMMITTER_NAME: "llorch",
	GIT_COMMITTER_EMAIL: "llorch@localhost",
};

// As for the files: they must be on the disk before anything is taken away.
const DURABLE = [
	"-c",
	"core.fsync=loose-object",
	"-c",
	"core.splitIndex=false",
];

/** Writes a tree: that of an index file (or an empty one), less some paths, with these files. */
export async function writeTree(
	door: GitDoor,
	root: string,
	options: {
		/** Absent: start from nothing. */
		indexFile?: string | undefined;
		/** A path to work at; removed afterwards. */
		scratch: string;
		without: Iterable<RawPath>;
		files: readonly KeptFile[];
		oidLength: number;
	},
): Promise<string> {
	const { scratch, files, oidLength } = options;
	const env = { GIT_INDEX_FILE: scratch };
	await rm(scratch, { force: true });
	try {
		if (options.indexFile !== undefined)
			await copyFile(options.indexFile, scratch);
		const none = "0".repeat(oidLength);
		const lines = [
			...[...options.without].map((path) => `0 ${none}\t${path}\0`),
			// A stage of a conflict goes with the removal, not with the new entry.
			...files.map(({ path }) => `0 ${none}\t${path}\0`),
			...files.map((file) => `${treeMode(file)} ${file.oid}\t${file.path}\0`),
		];
		if (lines.length > 0)
			await git(
				door,
				root,
				[...DURABLE, "update-index", "-z", "--index-info"],
				{
					stdin: lines.join(""),
					env,
				},
			);
		const args = [...DURABLE, "write-tree", "--missing-ok"];
		return chomp((await git(door, root, args, { env })).toString());
	} finally {
		await rm(scratch, { force: true });
		await rm(`${scratch}.lock`, { force: true });
	}
}

function treeMode({ kind, mode }: KeptFile): string {
	if (kind === "link") return "120000";
	return (mode & 0o100) === 0 ? "100644" : "100755";
}

/** Writes a tree that holds every version of the files in conflict, by stage and number; undefined when there are none. */
export async function writeConflicts(
	door: GitDoor,
	root: string,
	index: readonly IndexEntry[],
): Promise<string | undefined> {
	const lines = index
		.filter(({ stage, mode }) => stage > 0 && mode !== "160000")
		.map(
			({ stage, mode, oid }, number) =>
				`${mode} blob ${oid}\tstage-${stage}-${number}\0`,
		);
	if (lines.length === 0) return undefined;
	const args = [...DURABLE, "mktree", "-z"];
	return chomp(
		(await git(door, root, args, { stdin: lines.join("") })).toString(),
	);
}

export async function writeCommit(
	door: GitDoor,
	root: string,
	tree: string,
	parent: string | undefined,
	message: string,
): Promise<string> {
	const parents = parent === undefined ? [] : ["-p", parent];
	const oid = await git(
		door,
		root,
		// A configured signing key would ask for its passphrase.
		[
			...DURABLE,
			"commit-tree",
			"--no-gpg-sign",
			tree,
			...parents,
			"-m",
			message,
		],
		{ env: IDENTITY },
	);
	return chomp(oid.toString());
}

/** Copies a file that may not be there; whether it was. */
export async function copyIfThere(from: string, to: string): Promise<boolean> {
	try {
		await copyFile(from, to);
		return true;
	} catch (error) {
		if (hasCode(error, "ENOENT")) return false;
		throw error;
	}
}
