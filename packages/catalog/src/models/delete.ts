import { rmdir } from "node:fs/promises";
import { dirname, relative } from "node:path";
import { hasCode } from "@llorch/core";
import type { RemovePlan } from "../store/types.ts";
import { removeBaseFolder } from "./base-folder.ts";
import type { CatalogOptions } from "./options.ts";
import { findTargets, modelTarget } from "./target.ts";

/** What a deletion would do. Plain data: it is shown, asked about, and then applied. */
export type DeletePlan = RemovePlan & {
	names: string[];
	/** There is nothing to delete. */
	empty: boolean;
};

export type Deleted = {
	names: string[];
	removed: string[];
	freedBytes: number;
	kept: DeletePlan["kept"];
	untouched: string[];
};

/** Looks what would go and what others still need. Changes nothing. Throws LLORCH_UNKNOWN_MODEL. */
export async function planDelete(
	options: CatalogOptions,
	names: readonly string[],
): Promise<DeletePlan> {
	const targets = findTargets(names, options);
	const going = new Set(targets.map(({ name }) => name));
	const keep = options.models
		.filter(({ id }) => !going.has(id))
		.flatMap((model) => modelTarget(model, options.baseDir).requests);
	const plan = await options.store.planRemove(
		targets.flatMap(({ requests }) => requests),
		{ keep },
	);
	const lists = [plan.links, plan.snapshots, plan.blobs, plan.partials];
	return {
		...plan,
		names: [...going],
		empty: lists.every((list) => list.length === 0),
	};
}

/** Does what the plan says. */
export async function applyDelete(
	{ store, baseDir }: CatalogOptions,
	plan: DeletePlan,
): Promise<Deleted> {
	const { names, kept, untouched } = plan;
	const { removed, freedBytes } = await store.applyRemove(plan);
	if (baseDir !== undefined)
		for (const link of plan.links)
			await removeEmptyFolders(dirname(link), baseDir);
	if (baseDir !== undefined) await removeBaseFolder(baseDir);
	return { names, removed, freedBytes, kept, untouched };
}

/** A folder that lost its last link goes, and so do those above it, up to the base folder. */
async function removeEmptyFolders(
	folder: string,
	baseDir: string,
): Promise<void> {
	const inside = relative(baseDir, folder);
	if (inside === "" || inside.startsWith("..")) return;
	try {
		await rmdir(folder);
	} catch (error) {
		if (hasCode(error, "ENOTEMPTY", "EEXIST", "ENOENT")) return;
		throw error;
	}
	await removeEmptyFolders(dirname(folder), baseDir);
}
