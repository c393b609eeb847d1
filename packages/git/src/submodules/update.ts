import type { Work } from "@llorch/core";
import { refuseInterrupted } from "../pull/pull.ts";
import { lockRepository } from "../undo/act.ts";
import type { UndoContext } from "../undo/context.ts";
import { bringSubmodules } from "./bring.ts";
import { findSubmodule } from "./find.ts";
import type { SubmoduleRow } from "./row.ts";
import type { Goal } from "./target.ts";
import { listTree } from "./tree.ts";

export type Updated = { goal: Goal; submodules: SubmoduleRow[] };

/**
 * Brings submodules to the tip of the branch each follows, or to what is recorded. `names` empty: all of the repository.
 * Throws as `findSubmodule` does, LLORCH_LOCKED, LLORCH_GIT_MID_OPERATION.
 */
export async function* updateSubmodules(
	context: UndoContext,
	{ names, goal }: { names: readonly string[]; goal: Goal },
): Work<Updated> {
	await using _lock = await lockRepository(context);
	await refuseInterrupted(context);
	const { root } = context.outer;
	if (names.length === 0)
		return {
			goal,
			submodules: yield* bringSubmodules(context, root, "", goal),
		};
	const tree = await listTree(context, root);
	const chosen = names.map((name) => findSubmodule(tree, name));
	const submodules: SubmoduleRow[] = [];
	// Those of one repository together, so that they go at once.
	for (const parent of new Set(chosen.map((node) => node.parent))) {
		const own = chosen.filter((node) => node.parent === parent);
		const [first] = own;
		const path = Buffer.from(first?.path ?? "", "latin1").toString();
		const prefix = first?.fullPath.slice(0, -path.length) ?? "";
		submodules.push(
			...(yield* bringSubmodules(
				context,
				parent,
				prefix,
				goal,
				own.map(({ fullPath }) => fullPath),
			)),
		);
	}
	return { goal, submodules };
}
