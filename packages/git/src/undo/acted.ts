import type { Head } from "../head.ts";
import type { RawPath } from "../raw-path.ts";
import type { Worktree } from "../worktree.ts";
import type { Ref } from "./refs.ts";

/** A repository that an action will change, and what of it. */
export type Acted = {
	worktree: Worktree;
	/** From the outermost root; `.` for that itself. */
	path: string;
} & (ActedAll | ActedFiles | ActedClone | { extent: "configuration" });

export type ActedAll = {
	extent: "all";
	/** The commit or tree that the files become. */
	target: string;
	/** Refs the action may move: names, or folders of refs with `/` at the end. */
	scope: string[];
	/** Submodules in it that the action empties: what is there is kept with them. */
	emptied?: readonly RawPath[];
	/** The refs before anything was fetched. */
	refsBefore?: readonly Ref[];
	/** Where HEAD was when it was planned. */
	head?: Head;
};

export type ActedFiles = {
	extent: "files";
	/** Files that may be removed, written or replaced; nothing else is. */
	paths: readonly RawPath[];
	/** Folders with nothing in them that may be removed or made. */
	folders: readonly RawPath[];
};

/** The clone of a submodule that is not checked out: no files, but HEAD, an index and refs. */
export type ActedClone = Pick<ActedAll, "scope" | "refsBefore" | "head"> & {
	extent: "clone";
};
