import { createHash } from "node:crypto";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { hasCode, LlorchError } from "@llorch/core";
import { writeFileAtomic } from "@llorch/run";
import type { ShownPath } from "../raw-path.ts";
import type { Worktree } from "../worktree.ts";

export type UndoAction = "sync" | "reset" | "clean" | "undo";

/** What an undo entry says about itself: `manifest.json`, format 1. */
export type UndoManifest = {
	version: 1;
	id: string;
	action: UndoAction;
	/** For people: `main to 1a2b3c4 of origin/main`. */
	what: string;
	/** ISO 8601, UTC. */
	startedAt: string;
	state: "saving" | "acting" | "done";
	repositories: KeptRepository[];
	/** Submodules that the action checks out for the first time. */
	checksOut: CheckedOut[];
	/** For `undo`: the entry that it takes back. */
	undoes?: string;
	/** The undo entry that took this one back. */
	undoneBy?: string;
};

export type Extent = "all" | "files" | "clone" | "configuration";

export type CheckedOut = {
	/** From the outermost root. */
	path: string;
	/** From the outermost root. */
	gitDir: string;
	/** The folder of clones that `gitDir` is in, from the outermost root. */
	modules?: string;
	/** Whether it is cloned for it, where there was nothing: then a half of a clone may be left. */
	cloned: boolean;
};

/** What was kept of one repository. Its files are in the entry's folder `<n>`, with its place in the list. */
export type KeptRepository = {
	/** From the outermost root; `.` for that itself. */
	path: string;
	/** From the outermost root, so that all may move together. */
	gitDir: string;
	/** The whole state, some files only, a clone that is not checked out, or the configuration only. */
	extent: Extent;
	/** What the `.git` of a submodule says; null: it is the folder itself. */
	dotGit: string | null;
	head: { branch: string | null; commit: string | null };
	/** Refs the action may move: names, or folders of refs with `/` at the end. */
	scope: string[];
	/** The tree of the working tree. */
	tree: string;
	/** Modification time of the index, in milliseconds; null: there was no index. */
	indexTime: number | null;
	/** Files over the limit that are moved into the entry when the action begins. `path` has one character per byte. */
	moved: { path: string; to: string; size: number }[];
	/** Files over the limit that the action leaves where they are. */
	left: (ShownPath & { size: number })[];
};

const MANIFEST = "manifest.json";

/** Where the entries of a repository are. */
export function entriesFolder({ gitDir }: Worktree): string {
	return join(gitDir, "llorch", "undo");
}

/**
 * Makes the folder of a new entry, and its id: the time to the second, in UTC, in a linked worktree what tells that from others, and
 * a number where that is taken. Ids sort by age with `compareIds`.
 */
export async function createEntryFolder(
	outer: Worktree,
	now: number,
): Promise<string> {
	const folder = entriesFolder(outer);
	await mkdir(folder, { recursive: true, mode: 0o700 });
	const time = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, "");
	for (let count = 1; ; count++) {
		const id = `${time}${markOf(outer)}${count === 1 ? "" : `-${count}`}`;
		try {
			await mkdir(join(folder, id), { mode: 0o700 });
			return id;
		} catch (error) {
			if (!hasCode(error, "EEXIST")) throw error;
		}
	}
}

/** The refs of all worktrees' entries are in one repository, while each worktree counts for itself. */
function markOf({ gitDir, commonDir }: Worktree): string {
	if (gitDir === commonDir) return "";
	const digest = createHash("sha256").update(basename(gitDir)).digest("hex");
	return `.${digest.slice(0, 6)}`;
}

/** The older one first. */
export function compareIds(a: string, b: string): number {
	const [timeA = "", countA = "1"] = a.split("-");
	const [timeB = "", countB = "1"] = b.split("-");
	if (timeA !== timeB) return timeA < timeB ? -1 : 1;
	return Number(countA) - Number(countB);
}

/** Writes an entry's manifest, for good: when it resolves, a power cut cannot take it back. */
export async function writeManifest(
	folder: string,
	manifest: UndoManifest,
): Promise<void> {
	await writeFileAtomic(
		join(folder, manifest.id, MANIFEST),
		`${JSON.stringify(manifest, null, "\t")}\n`,
		{ mode: 0o600 },
	);
}

/** An entry on disk. Without `manifest`, it was killed as it began, or is damaged: then `error` says how. */
export type FoundEntry = {
	id: string;
	manifest?: UndoManifest;
	error?: LlorchError;
};

/**
 * Every entry, the oldest first. Throws LLORCH_GIT_UNDO_TOO_NEW: what a newer llorch has begun, we cannot judge; `lookOnly`: then
 * that entry only has an error.
 */
export async function readEntries(
	folder: string,
	{ lookOnly = false }: { lookOnly?: boolean } = {},
): Promise<FoundEntry[]> {
	const names = await readdir(folder).catch((error) => {
		if (hasCode(error, "ENOENT")) return [];
		throw error;
	});
	const ids = names.filter((name) =>
		/^\d{8}T\d{6}Z(\.[0-9a-f]+)?(-\d+)?$/.test(name),
	);
	const entries = await Promise.all(
		ids.sort(compareIds).map((id) => readEntry(folder, id)),
	);
	const tooNew = entries.find(
		({ error }) => error?.info.code === "LLORCH_GIT_UNDO_TOO_NEW",
	);
	if (tooNew?.error !== undefined && !lookOnly) throw tooNew.error;
	return entries;
}

async function readEntry(folder: string, id: string): Promise<FoundEntry> {
	const path = join(folder, id, MANIFEST);
	try {
		return {
			id,
			manifest: parseManifest(await readFile(path, "utf8"), path, id),
		};
	} catch (error) {
		if (hasCode(error, "ENOENT")) return { id };
		if (error instanceof LlorchError) return { id, error };
		throw error;
	}
}

/** The newest action that was killed before it ended, for who only wants to know. Does not need the lock. */
export async function findInterrupted(
	{ outer }: { outer: Worktree },
	options: { lookOnly?: boolean } = {},
): Promise<UndoManifest | undefined> {
	const entries = await readEntries(entriesFolder(outer), options);
	return entries.findLast(({ manifest }) => manifest?.state === "acting")
		?.manifest;
}

/** Throws LLORCH_GIT_UNDO_INVALID and LLORCH_GIT_UNDO_TOO_NEW. */
export function parseManifest(
	text: string,
	path: string,
	id: string,
): UndoManifest {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (cause) {
		throw invalid(path, cause);
	}
	const version =
		typeof value === "object" && value !== null && "version" in value
			? value.version
			: undefined;
	if (typeof version === "number" && version > 1)
		throw new LlorchError(
			"LLORCH_GIT_UNDO_TOO_NEW",
			`${path} was written by a newer llorch`,
			{ hint: "Use that version.", details: { path, version } },
		);
	const manifest = value as UndoManifest;
	if (
		version !== 1 ||
		manifest.id !== id ||
		!Array.isArray(manifest.repositories) ||
		!["saving", "acting", "done"].includes(manifest.state)
	)
		throw invalid(path);
	return manifest;
}

function invalid(path: string, cause?: unknown): LlorchError {
	return new LlorchError(
		"LLORCH_GIT_UNDO_INVALID",
		`${path} is not the manifest of an undo entry`,
		{
			hint: "What it kept may still be reached by its refs: git for-each-ref refs/llorch/undo",
			details: { path },
			...(cause === undefined ? {} : { cause }),
		},
	);
}
