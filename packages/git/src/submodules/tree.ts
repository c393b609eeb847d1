import { LlorchError } from "@llorch/core";
import { mapAll, type ParallelOptions, shareOut } from "../parallel.ts";
import { textOf } from "../raw-path.ts";
import type { GitDoor } from "../run-git.ts";
import { hasRepository } from "../worktree.ts";
import { refuseLink } from "./open.ts";
import {
	listSubmodules,
	type Submodule,
	type SubmoduleSource,
} from "./submodule.ts";

/** A submodule anywhere below a repository. */
export type SubmoduleNode = Submodule & {
	/** From the outermost root, with `/`. */
	fullPath: string;
	/** The root of the repository that has it. */
	parent: string;
	checkedOut: boolean;
};

export type TreeOptions = Omit<GitDoor, "signal"> & ParallelOptions;

/** Every submodule of a repository and of those that are checked out, outer ones before inner ones. */
export async function listTree(
	options: TreeOptions,
	root: string,
	source: SubmoduleSource = {},
	prefix = "",
): Promise<SubmoduleNode[]> {
	const own = await listSubmodules(options, root, source);
	const inside = shareOut(options, own.length);
	const below = await mapAll(
		own,
		async (submodule) => {
			const fullPath = `${prefix}${textOf(submodule.path) ?? submodule.path}`;
			const node = {
				...submodule,
				fullPath,
				parent: root,
				checkedOut: await hasRepository(submodule.root),
			};
			// A submodule that cannot be read has its own row; what is below it is not known.
			const inner = node.checkedOut
				? await listBelow(inside, node).catch((error) => {
						options.signal.throwIfAborted();
						if (!(error instanceof LlorchError)) throw error;
						return [];
					})
				: [];
			return [node, ...inner];
		},
		options,
	);
	return below.flat();
}

async function listBelow(
	options: TreeOptions,
	node: SubmoduleNode,
): Promise<SubmoduleNode[]> {
	const inner = await listTree(options, node.root, {}, `${node.fullPath}/`);
	// What a link leads to may be read, but is nobody's to work in.
	if (inner.length > 0) await refuseLink(node);
	return inner;
}
