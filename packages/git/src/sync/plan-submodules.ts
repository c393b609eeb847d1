import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { hasCode, LlorchError, toErrorInfo, type Work } from "@llorch/core";
import { fetchCommit, hasCommit } from "../fetch.ts";
import { forAll, resultOf, shareOut } from "../parallel.ts";
import { textOf } from "../raw-path.ts";
import { findClone, refuseFiles } from "../submodules/clone.ts";
import {
	notText,
	openSubmodule,
	refuseLink,
	unusable,
} from "../submodules/open.ts";
import { readSubmoduleSettings, whyLeftAlone } from "../submodules/settings.ts";
import { listSubmodules, type Submodule } from "../submodules/submodule.ts";
import type { UndoContext } from "../undo/context.ts";
import { emptyTree, refuseOwnGitDir } from "../undo/empty-submodule.ts";
import { isDirty, isLossless } from "../undo/losses.ts";
import type { CheckedOut } from "../undo/manifest.ts";
import { readRefs } from "../undo/refs.ts";
import { hasRepository, type Worktree } from "../worktree.ts";
import { lookAtClone, lookAtSubmodule } from "./look-at-submodule.ts";
import { addPlan, emptyPlan, type SubmodulePlan } from "./submodule-plan.ts";

/** Plans all submodules of a repository that goes to a commit, nested ones included; fetches the commits they need. */
export async function* planSubmodules(
	context: UndoContext,
	parent: Worktree,
	commit: string,
	prefix = "",
): Work<SubmodulePlan> {
	const { root } = parent;
	const [wanted, now, settings] = await Promise.all([
		listSubmodules(context, root, { commit }),
		listSubmodules(context, root).catch((error) => {
			// A `.gitmodules` in conflict is about to be replaced.
			context.signal.throwIfAborted();
			if (!(error instanceof LlorchError)) throw error;
			return [];
		}),
		readSubmoduleSettings(context, root),
	]);
	const plan = emptyPlan();
	const inside = shareOut(context, wanted.length);
	const outcomes = yield* forAll(
		wanted.map((input) => ({ id: `${prefix}${input.path}`, input })),
		async function* (submodule) {
			const path = `${prefix}${textOf(submodule.path) ?? submodule.path}`;
			const from = { path, status: "failed" as const, from: null, to: null };
			const alone = whyLeftAlone(submodule, settings);
			if (alone !== undefined)
				return {
					...emptyPlan(),
					rows: [{ ...from, status: "skipped" as const, reason: alone }],
				};
			const old = now.find(
				({ name, unusable }) =>
					name === submodule.name && unusable === undefined,
			);
			try {
				return yield* planOne(inside, parent, submodule, prefix, old);
			} catch (error) {
				context.signal.throwIfAborted();
				// What stands in the way stops the whole action: nothing else can tell what would be lost.
				const info = toErrorInfo(error);
				if (
					info.code !== "LLORCH_GIT_FETCH_FAILED" &&
					info.code !== "LLORCH_GIT_NO_REMOTE"
				)
					throw error;
				return { ...emptyPlan(), rows: [{ ...from, error: info }] };
			}
		},
		context,
	);
	for (const outcome of outcomes) addPlan(plan, resultOf(outcome));
	for (const { name, path, root: folder } of now)
		if (
			!wanted.some((one) => one.name === name || one.path === path) &&
			(await hasRepository(folder))
		)
			plan.rows.push({
				path: `${prefix}${textOf(path) ?? path}`,
				status: "skipped",
				from: null,
				to: null,
				reason: "no longer a submodule there; its folder stays",
			});
	return plan;
}

/** Plans one submodule and what is below it. `old`: how the repository describes it now. */
export async function* planOne(
	context: UndoContext,
	parent: Worktree,
	submodule: Submodule,
	prefix: string,
	old: Submodule | undefined,
): Work<SubmodulePlan> {
	const plan = emptyPlan();
	const ownPath = textOf(submodule.path);
	const path = `${prefix}${ownPath ?? submodule.path}`;
	if (ownPath === undefined) throw notText({ fullPath: path });
	if (submodule.unusable !== undefined)
		throw unusable(path, submodule.unusable);
	await refuseLink({ ...submodule, parent: parent.root, fullPath: path });
	const recorded = submodule.recorded as string;
	const step = {
		path,
		name: submodule.name,
		ownPath,
		root: submodule.root,
		parent: parent.root,
		from: null,
		to: recorded,
		step: "clone" as const,
		readdress: old !== undefined && old.url !== submodule.url,
	};
	if (old !== undefined && old.path !== submodule.path)
		addPlan(plan, await vacate(context, parent, old, prefix));
	if (!(await hasRepository(submodule.root))) {
		plan.steps.push(step);
		plan.checksOut.push(await describeClone(context, parent, submodule, path));
		const gitDir = await findClone(parent, submodule.name);
		// The old place of one that was moved is kept with all that its clone has.
		if (gitDir !== undefined && plan.acted.length === 0) {
			if (old?.path === submodule.path)
				await refuseFiles(context, submodule.root, path, gitDir, recorded);
			const looked = await lookAtClone(
				context,
				submodule.root,
				path,
				gitDir,
				recorded,
			);
			plan.acted.push(looked.acted);
			if (!isLossless(looked.losses)) plan.losses.push(looked.losses);
		}
		return plan;
	}
	const worktree = await openSubmodule({
		...submodule,
		parent: parent.root,
		fullPath: path,
	});
	const refsBefore = await readRefs(context, worktree.root);
	const here = await obtain(context, worktree, recorded, step.readdress);
	if (!here.available) {
		// It comes with the new address, once the repository itself has been moved.
		const acted = await lookAtSubmodule(
			context,
			worktree,
			path,
			"HEAD",
			refsBefore,
		);
		plan.acted.push(acted.acted);
		if (!isLossless(acted.losses)) plan.losses.push(acted.losses);
		plan.steps.push({
			...step,
			from: acted.commit,
			step: "move",
			readdress: true,
		});
		return plan;
	}
	const looked = await lookAtSubmodule(
		context,
		worktree,
		path,
		recorded,
		refsBefore,
	);
	const dirty = isDirty(looked.survey, looked.losses);
	const moves = looked.commit !== recorded;
	plan.steps.push({
		...step,
		from: looked.commit,
		step: moves ? "move" : dirty ? "reset" : "keep",
	});
	if (moves || dirty || here.fetched) {
		plan.acted.push(looked.acted);
		if (!isLossless(looked.losses)) plan.losses.push(looked.losses);
	}
	addPlan(plan, yield* planSubmodules(context, worktree, recorded, `${path}/`));
	return plan;
}

async function obtain(
	context: UndoContext,
	{ root }: Worktree,
	commit: string,
	readdress: boolean,
): Promise<{ available: boolean; fetched: boolean }> {
	if (await hasCommit(context, root, commit))
		return { available: true, fetched: false };
	try {
		await fetchCommit(context, root, commit);
		return { available: true, fetched: true };
	} catch (error) {
		context.signal.throwIfAborted();
		if (readdress) return { available: false, fetched: true };
		throw error;
	}
}

/** The old place of a submodule that upstream has moved: its files are kept and then go, its clone is used at the new place. */
async function vacate(
	context: UndoContext,
	parent: Worktree,
	old: Submodule,
	prefix: string,
): Promise<SubmodulePlan> {
	const plan = emptyPlan();
	if (!(await hasRepository(old.root))) return plan;
	const ownPath = textOf(old.path) ?? old.path;
	const oldPath = `${prefix}${ownPath}`;
	const worktree = await openSubmodule({
		...old,
		parent: parent.root,
		fullPath: oldPath,
	});
	await refuseOwnGitDir(old.root, oldPath);
	const refs = await readRefs(context, worktree.root);
	const looked = await lookAtSubmodule(
		context,
		worktree,
		oldPath,
		await emptyTree(context, worktree.root),
		refs,
	);
	plan.acted.push(looked.acted);
	if (!isLossless(looked.losses)) plan.losses.push(looked.losses);
	plan.steps.push({
		path: oldPath,
		name: old.name,
		ownPath,
		root: old.root,
		parent: parent.root,
		from: looked.commit,
		to: looked.commit ?? "",
		step: "vacate",
		readdress: false,
	});
	return plan;
}

async function describeClone(
	{ outer }: UndoContext,
	parent: Worktree,
	{ name }: Submodule,
	path: string,
): Promise<CheckedOut> {
	const modules = join(parent.gitDir, "modules");
	const gitDir = join(modules, name);
	const names = await readdir(gitDir).catch((error) => {
		if (hasCode(error, "ENOENT", "ENOTDIR")) return [];
		throw error;
	});
	return {
		path,
		gitDir: relative(outer.root, gitDir),
		modules: relative(outer.root, modules),
		cloned: names.length === 0,
	};
}
