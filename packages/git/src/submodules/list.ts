import { type Commit, readCommits } from "../commit.ts";
import { mapAll } from "../parallel.ts";
import {
	readSubmoduleStatus,
	type SubmoduleStatus,
} from "../status/submodule-status.ts";
import { listTree, type TreeOptions } from "./tree.ts";

/** A submodule with its last commit. */
export type ListedSubmodule = SubmoduleStatus & { last: Commit | null };

/** Every submodule with how it stands and its last commit. */
export async function listSubmoduleCommits(
	options: TreeOptions,
	root: string,
): Promise<ListedSubmodule[]> {
	const nodes = await listTree(options, root);
	return mapAll(
		nodes,
		async (node) => {
			const status = await readSubmoduleStatus(options, node);
			const [last = null] =
				status.commit === null
					? []
					: await readCommits(options, node.root, ["-1"]);
			return { ...status, last };
		},
		options,
	);
}
