import { type Commit, readCommits } from "../commit.ts";
import { mapAll } from "../parallel.ts";
import {
	readSubmoduleStates,
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
	const states = await readSubmoduleStates(options, nodes);
	return mapAll(
		states,
		async (state) => {
			const node = nodes.find(({ fullPath }) => fullPath === state.path);
			const [last = null] =
				state.commit === null || node === undefined
					? []
					: await readCommits(options, node.root, ["-1"]);
			return { ...state, last };
		},
		options,
	);
}
