import { dirname, join, relative } from "node:path";
import { LlorchError } from "@llorch/core";

export const PARTIAL_SUFFIX = ".llorch-part";
export const LOCK_SUFFIX = ".llorch-lock";

/** Paths of one repository in the cache, as huggingface_hub lays them out. All absolute. */
export type RepoLayout = {
	folder: string;
	blobs: string;
	snapshots: string;
	/** A file by the name of its blob: sha256 of an LFS file, git's blob sha1 of a small one. */
	blob(name: string): string;
	/** `hf cache prune` deletes `*.incomplete` even while it is being written; it leaves this name alone. */
	partial(name: string): string;
	/** Beside the blobs, so that it counts for everybody who shares this cache, whatever their home. */
	lock(name: string): string;
	snapshot(commit: string, path: string): string;
	/** `refs/<revision>`: what a branch or tag stood for when it was last asked. */
	ref(revision: string): string;
	/** Keeps `hf cache prune` from deleting the snapshot. One for each commit: a single ref would lose the older of two. */
	ownRef(commit: string): string;
};

/** Throws LLORCH_USAGE for names that would lead out of the cache. */
export function layoutOf(cache: string, repo: string): RepoLayout {
	if (!/^[\w.-]+(\/[\w.-]+)?$/.test(repo) || hasDots(repo))
		throw new LlorchError(
			"LLORCH_USAGE",
			`"${repo}" is not the name of a repository on the hub`,
			{ hint: "It is ORG/NAME, such as TheBloke/Llama-2-7B-GGUF." },
		);
	return layoutIn(join(cache, `models--${repo.replaceAll("/", "--")}`));
}

/** The layout of a repository's folder that is in the cache already. */
export function layoutIn(folder: string): RepoLayout {
	const blobs = join(folder, "blobs");
	const snapshots = join(folder, "snapshots");
	return {
		folder,
		blobs,
		snapshots,
		blob: (name) => join(blobs, name),
		partial: (name) => join(blobs, name + PARTIAL_SUFFIX),
		lock: (name) => join(blobs, name + LOCK_SUFFIX),
		snapshot: (commit, path) => join(snapshots, commit, safe(path, "file")),
		ref: (revision) => join(folder, "refs", safe(revision, "revision")),
		ownRef: (commit) => join(folder, "refs", "llorch", commit),
	};
}

/** The name of the repository that a folder of the cache holds, or undefined for other folders. */
export function repoOfFolder(name: string): string | undefined {
	// Names on the hub cannot have "--" in them, so this can be undone.
	return name.startsWith("models--")
		? name.slice("models--".length).replace("--", "/")
		: undefined;
}

/** True for a path into some Hugging Face cache, ours or an earlier one: `…/models--org--name/snapshots/…`. */
export function leadsIntoCache(target: string): boolean {
	return /(^|\/)models--[^/]+\/(snapshots|blobs)\//.test(target);
}

/** The relative target that hf writes: `../../blobs/<name>`, deeper for files in folders. */
export function linkTarget(link: string, target: string): string {
	return relative(dirname(link), target);
}

export function isCommit(revision: string): boolean {
	return /^[0-9a-f]{40}$/.test(revision);
}

function safe(path: string, what: string): string {
	if (path !== "" && !hasDots(path) && !path.includes("\0")) return path;
	throw new LlorchError(
		"LLORCH_USAGE",
		`"${path}" is not the name of a ${what} in a repository`,
	);
}

function hasDots(path: string): boolean {
	return path
		.split("/")
		.some((part) => part === "" || part === "." || part === "..");
}
