import type { Clock, ErrorInfo, Work } from "@llorch/core";
import type { Hub } from "../hub/types.ts";

/** One file that somebody wants on this disk, verified. */
export type FileRequest = {
	/** `org/name`, as the hub spells it. */
	repo: string;
	/** A commit (40 hex digits), or a branch or tag. */
	revision: string;
	/** The path inside the repository, with `/`. */
	path: string;
	/** Bytes, where the catalog knows them. */
	size?: number;
	/** 64 hex digits. Absent: the hub's own hash counts, and see `pin`. */
	sha256?: string;
	/**
	 * Without `sha256`: remember the hub's hash and commit on the first download, and refuse another one later
	 * (LLORCH_UPSTREAM_CHANGED). A revision that is a commit is always pinned; a branch or tag only with `pin: true`.
	 */
	pin?: boolean;
	/** Absolute paths that shall be links to the file (the old places). Real files found there are adopted. */
	links?: readonly string[];
	/** What bars, notes and messages call it; default: the last part of `path`. */
	label?: string;
	/** What a person types to get this file (a catalog id, `hf:org/repo/file`); hints name it. Default: the `hf:` form. */
	name?: string;
};

/** A verified file in the cache, with its links in place. */
export type StoredFile = {
	repo: string;
	commit: string;
	path: string;
	size: number;
	sha256: string;
	/** Absolute paths. */
	blob: string;
	snapshot: string;
	links: string[];
	/**
	 * `present`: nothing was read; `hashed`: another tool's file, hashed now for the first time; `adopted`: taken from one
	 * of the link paths; `downloaded`: fetched.
	 */
	how: "present" | "hashed" | "adopted" | "downloaded";
	/** Bytes that came over the network in this run, and those that an earlier run had left. */
	fetchedBytes: number;
	resumedBytes: number;
	/** Who said what the digest must be: the catalog, an earlier first download, or the hub just now. */
	digestFrom: "catalog" | "pin" | "hub";
};

export type LinkState = {
	path: string;
	/**
	 * `ok`: leads to this file; `missing`: nothing there; `stale`: a link into a cache, but not to this file; `file`: a real
	 * file (its bytes are not looked at here); `foreign`: a link of the user's own to somewhere else. In a folder that we may not
	 * look into, everything is missing.
	 */
	state: "ok" | "missing" | "stale" | "file" | "foreign";
};

/** What is on this disk, told without network and without hashing. */
export type Inspection = {
	/**
	 * `verified`: the bytes were hashed before and have not changed since; `unhashed`: there, never hashed by llorch;
	 * `wrong`: hashed, and not what was asked for; `partial`: a download was begun; `unreadable`: the system does not let us
	 * look, as `why` says.
	 */
	state:
		| "verified"
		| "unhashed"
		| "wrong"
		| "partial"
		| "absent"
		| "unreadable";
	/** LLORCH_CACHE_UNUSABLE. */
	why?: ErrorInfo;
	/** The commit it is stored under, where that is known. */
	commit?: string;
	/** What is known about it: from the request, a pin, or an earlier hashing. */
	size?: number;
	sha256?: string;
	digestFrom?: "catalog" | "pin";
	/** Bytes on this disk: of the whole file, or of the partial. */
	bytes: number;
	/** Absolute paths of what is there. */
	snapshot?: string;
	blob?: string;
	partial?: string;
	links: LinkState[];
	/** The first link path that has a file of the user's own (of the right size) while the cache has none: a download would adopt it. */
	adoptable?: string;
};

export type Verification = {
	/** `unpinned`: it is there, but nobody ever said what its digest must be. */
	status: "ok" | "mismatch" | "absent" | "unpinned";
	/** The file that was hashed. */
	file?: string;
	bytes: number;
	expected?: { sha256: string; size?: number };
	found?: { sha256: string; size: number };
	links: LinkState[];
};

/** What a removal would do. Plain data, so that it can be shown, asked about, and sent. */
export type RemovePlan = {
	/** Links at the old places that lead to these files. */
	links: string[];
	/** Links in `snapshots/`. */
	snapshots: string[];
	/** `refs/llorch/<commit>` files, and branches that only llorch asked for. */
	refs: string[];
	blobs: { path: string; bytes: number }[];
	partials: { path: string; bytes: number }[];
	/** Blobs that stay, each with who still uses it (a snapshot path or a kept request's name). */
	kept: { path: string; bytes: number; usedBy: string[] }[];
	/** Real files at link paths, and links of the user's own: never removed. */
	untouched: string[];
	/** Links in `snapshots/` that these names have asked for and need no more. */
	released?: { path: string; name: string }[];
	/** Bytes of disk that come free. */
	freedBytes: number;
};

export type Removed = { removed: string[]; freedBytes: number };

export type StoreUsage = {
	/** The cache folder, and its file system's space in bytes. */
	cache: string;
	freeBytes: number;
	totalBytes: number;
	/** Bytes on disk per repository, largest first. */
	repos: {
		repo: string;
		bytes: number;
		partialBytes: number;
		/** Blobs that no snapshot links to. */
		unusedBytes: number;
		files: number;
	}[];
	/** Folders of repositories that we may not look into: they are not in `repos`. Absolute. */
	unreadable: string[];
	/** The sum over `repos`: blobs and partials. */
	bytes: number;
};

/** Where a request's file is or would be. Absolute. `snapshot` is absent when the commit is not known without the hub. */
export type StorePaths = {
	snapshot?: string;
	blob?: string;
	links: string[];
};

type Cancel = { signal: AbortSignal };

/** The bytes: downloads, digests and links in the shared Hugging Face cache. Codes: store/errors.ts and hub/errors.ts. */
export interface Store {
	readonly cache: string;
	/** Makes the file be there, verified and linked; no network when it is there already. Safe to run twice at once. */
	ensureFile(request: FileRequest, options: Cancel): Work<StoredFile>;
	/** Asks the hub for the size of a file (bytes) that `ensureFile` shall fetch, which then need not ask again. */
	foresee(request: FileRequest, options: Cancel): Work<number>;
	/** No network, no hashing, no change. */
	inspect(request: FileRequest): Promise<Inspection>;
	/** Hashes the file anew and compares. Changes nothing but llorch's own memory of the digest. */
	verify(request: FileRequest, options: Cancel): Work<Verification>;
	/** `keep`: requests of other ids that must go on working. Nothing is changed. */
	planRemove(
		requests: readonly FileRequest[],
		options?: { keep?: readonly FileRequest[] },
	): Promise<RemovePlan>;
	applyRemove(plan: RemovePlan): Promise<Removed>;
	usage(): Promise<StoreUsage>;
	/** Names under which files were asked for that are here: catalog ids, `hf:` references. In order. */
	names(): Promise<string[]>;
	pathOf(request: FileRequest): Promise<StorePaths>;
}

export type StoreOptions = {
	/** The hub folder of the Hugging Face cache, from `locateCache`. Made when it is missing. */
	cache: string;
	/** llorch's own state (`$XDG_STATE_HOME/llorch`): the ledger of digests, the pins, the locks. Made when missing. */
	stateDir: string;
	/** Called only when the network is needed. */
	hub: () => Promise<Hub>;
	clock: Clock;
	/** Tries in a row without a new byte before a download gives up. Default 5. */
	attempts?: number;
};
