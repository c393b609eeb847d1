import type { Work } from "@llorch/core";
import { findSubmodule } from "../submodules/find.ts";
import type { SubmoduleRow } from "../submodules/row.ts";
import { listSubmodules } from "../submodules/submodule.ts";
import { listTree } from "../submodules/tree.ts";
import { undecided } from "../submodules/undecided.ts";
import { act, lockRepository } from "../undo/act.ts";
import type { Acted } from "../undo/acted.ts";
import type { UndoContext } from "../undo/context.ts";
import { isLossless, type Losses } from "../undo/losses.ts";
import { type Recovered, recover } from "../undo/recover.ts";
import { readWorktree, type Worktree } from "../worktree.ts";
import {
	type KeptSummary,
	refuseNewLosses,
	refuseRecovered,
	summarise,
} from "./apply.ts";
import { placeSubmodules } from "./place-submodules.ts";
import { planOne } from "./plan-submodules.ts";
import { previewRows, type SubmodulePlan } from "./submodule-plan.ts";

/** What resetting a submodule will do, and what that takes away. */
export type ResetPlan = {
	path: string;
	/** The repository that has the submodule, and the path from the outermost root to its files. */
	parent: { root: string; prefix: string };
	/** The commit that the repository records. */
	commit: string;
	submodules: SubmodulePlan;
	acted: Acted[];
	losses: Losses[];
	empty: boolean;
	recovered: Recovered[];
};

/** What a reset did, or would do. */
export type ResetDone = {
	/** False: nothing was done, this is what would be. */
	done: boolean;
	path: string;
	commit: string;
	/** The submodule and those in it. */
	submodules: SubmoduleRow[];
	/** What was taken away, or would be. */
	losses: Losses[];
	kept: KeptSummary | null;
};

/** Plans to take a submodule, and those in it, to the recorded commit, whatever is in it. Throws as `planSync` and `findSubmodule` do. */
export async function* planReset(
	context: UndoContext,
	{ name }: { name: string },
): Work<ResetPlan> {
	await using _lock = await lockRepository(context);
	const recovered = yield* recover(context);
	const { outer } = context;
	const node = findSubmodule(await listTree(context, outer.root), name);
	const { recorded, fullPath: path } = node;
	if (recorded === undefined) throw undecided(node);
	const parent = (await readWorktree(node.parent)) as Worktree;
	const [submodule] = (await listSubmodules(context, parent.root)).filter(
		({ path: own }) => own === node.path,
	);
	if (submodule === undefined) throw new Error(`${path} went away`);
	const prefix = path.slice(
		0,
		path.length - Buffer.from(node.path, "latin1").toString().length,
	);
	const submodules = yield* planOne(
		context,
		parent,
		submodule,
		prefix,
		submodule,
	);
	const parentPath = prefix === "" ? "." : prefix.slice(0, -1);
	return {
		path,
		parent: { root: parent.root, prefix },
		commit: recorded,
		submodules,
		acted: [
			// Checking a submodule out changes the configuration of the repository it is in.
			{ worktree: parent, path: parentPath, extent: "configuration" },
			...submodules.acted,
		],
		losses: submodules.losses.filter((losses) => !isLossless(losses)),
		empty: submodules.steps.every(({ step }) => step === "keep"),
		recovered,
	};
}

/** What a plan would do, in the shape of what it did. */
export function previewReset({
	path,
	commit,
	submodules,
	losses,
}: ResetPlan): ResetDone {
	return {
		done: false,
		path,
		commit,
		submodules: previewRows(submodules),
		losses,
		kept: null,
	};
}

/** Does what was planned. Throws as `applySync` does. */
export async function* applyReset(
	context: UndoContext,
	plan: ResetPlan,
): Work<ResetDone> {
	const { path, commit, acted, submodules } = plan;
	const done = { ...previewReset(plan), done: true };
	if (plan.empty) return done;
	await using _lock = await lockRepository(context);
	refuseRecovered(yield* recover(context));
	const { id, value } = yield* act(
		context,
		{
			action: "reset",
			what: `${path} to ${commit.slice(0, 12)}`,
			repositories: acted,
			checksOut: submodules.checksOut,
		},
		(kept) => refuseNewLosses(context, plan.losses, acted, kept),
		async function* (_id, kept) {
			return {
				rows: yield* placeSubmodules(context, submodules, plan.parent),
				kept,
			};
		},
	);
	return {
		...done,
		submodules: value.rows,
		kept: summarise(id, plan.losses, value.kept),
	};
}
