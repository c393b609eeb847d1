import { rmdir } from "node:fs/promises";
import { join } from "node:path";
import {
	hasCode,
	LlorchError,
	succeeded,
	toErrorInfo,
	type Work,
} from "@llorch/core";
import { fetchFailed, hasCommit } from "../fetch.ts";
import { forAll, resultOf, shareOut } from "../parallel.ts";
import { textOf } from "../raw-path.ts";
import { git, gitFailed, gitValue, runGit } from "../run-git.ts";
import { readyClone } from "../submodules/clone.ts";
import { initialise } from "../submodules/initialise.ts";
import type { SubmoduleRow } from "../submodules/row.ts";
import { readSubmoduleSettings, whyLeftAlone } from "../submodules/settings.ts";
import { listSubmodules } from "../submodules/submodule.ts";
import type { UndoContext } from "../undo/context.ts";
import { emptySubmodule } from "../undo/empty-submodule.ts";
import { hasRepository } from "../worktree.ts";
import type { SubmodulePlan, SubmoduleStep } from "./submodule-plan.ts";

/**
 * Takes every submodule to where the plan says, several at once, outer ones before inner ones. Everything in them has been
 * kept. One that fails is a row and keeps nobody else.
 */
export async function* placeSubmodules(
	context: UndoContext,
	plan: SubmodulePlan,
	/** The repository that has the outermost of them. */
	start = { root: context.outer.root, prefix: "" },
): Work<SubmoduleRow[]> {
	const rows: SubmoduleRow[] = [...plan.rows];
	for (const step of plan.steps)
		if (step.step === "vacate") await leaveFolder(context, step.root);
	const steps = plan.steps.filter(({ step }) => step !== "vacate");
	const total = steps.length;
	yield progress(0, total);

	const done = new Set<string>();
	async function* placeBelow(
		root: string,
		prefix: string,
		limits: UndoContext,
	): Work<void> {
		const own = steps.filter(({ parent }) => parent === root);
		const fresh =
			root === start.root ? [] : await findFresh(context, root, own);
		const all = [...own, ...fresh];
		const inside = shareOut(limits, all.length);
		const unprepared = await prepare(context, root, all);
		const outcomes = yield* forAll(
			all.map((input) => ({ id: input.ownPath, input })),
			async function* (step) {
				const path = `${prefix}${step.ownPath}`;
				const row = await placeOne(
					context,
					{ ...step, path },
					unprepared.get(step.ownPath),
				);
				rows.push(row);
				done.add(path);
				const placed = rows.length - plan.rows.length;
				// The end is not told: the rows tell it.
				if (placed < total) yield progress(placed, total);
				if (row.status !== "failed")
					yield* placeBelow(step.root, `${path}/`, inside);
			},
			limits,
		);
		for (const outcome of outcomes) resultOf(outcome);
	}
	yield* placeBelow(start.root, start.prefix, context);
	// One whose outer submodule failed was not reached.
	for (const { path, from } of steps)
		if (!done.has(path))
			rows.push({
				path,
				status: "skipped",
				from,
				to: from,
				reason: "the submodule it is in failed",
			});
	return rows.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** What is untracked or ignored stays, and the folder with it. */
async function leaveFolder(context: UndoContext, root: string): Promise<void> {
	await emptySubmodule(context, root, []);
	await rmdir(root).catch((error) => {
		if (!hasCode(error, "ENOTEMPTY", "EEXIST")) throw error;
	});
}

function progress(done: number, total: number) {
	return {
		type: "progress",
		task: "git submodules",
		label: "submodules",
		done,
		total,
		unit: "items",
	} as const;
}

/**
 * Submodules that only came into sight with their outer one's new commit. One that is checked out was not kept, so it is left
 * alone, as is one that its user has switched off.
 */
async function findFresh(
	context: UndoContext,
	root: string,
	known: readonly SubmoduleStep[],
): Promise<SubmoduleStep[]> {
	const fresh: SubmoduleStep[] = [];
	const settings = await readSubmoduleSettings(context, root);
	for (const submodule of await listSubmodules(context, root)) {
		const ownPath = textOf(submodule.path);
		const { name, recorded } = submodule;
		if (ownPath === undefined || recorded === undefined) continue;
		if (known.some((step) => step.ownPath === ownPath)) continue;
		if (whyLeftAlone(submodule, settings) !== undefined) continue;
		if (await hasRepository(submodule.root)) continue;
		fresh.push({
			path: ownPath,
			name,
			ownPath,
			root: submodule.root,
			parent: root,
			from: null,
			to: recorded,
			step: "clone",
			readdress: false,
			fresh: submodule,
		});
	}
	return fresh;
}

/** What writes to the outer repository's configuration, before the rest. Returns why, by path, where it failed. */
async function prepare(
	context: UndoContext,
	root: string,
	steps: readonly SubmoduleStep[],
): Promise<Map<string, LlorchError>> {
	const paths = (some: readonly SubmoduleStep[]) =>
		some.map(({ ownPath }) => ownPath);
	const clones = steps.filter(({ step }) => step === "clone");
	const moved = steps.filter(({ readdress }) => readdress);
	return new Map([
		...(await initialise(context, root, "init", paths(clones))),
		...(await initialise(context, root, "sync", paths(moved))),
	]);
}

async function placeOne(
	context: UndoContext,
	step: SubmoduleStep,
	unprepared: LlorchError | undefined,
): Promise<SubmoduleRow> {
	const { path, from, to } = step;
	try {
		if (unprepared !== undefined) throw unprepared;
		return { path, status: await take(context, step), from, to };
	} catch (error) {
		context.signal.throwIfAborted();
		return {
			path,
			status: "failed",
			from,
			to: from,
			error: toErrorInfo(error),
		};
	}
}

async function take(
	context: UndoContext,
	{ step, root, parent, ownPath, to, path, readdress, fresh }: SubmoduleStep,
): Promise<SubmoduleRow["status"]> {
	if (step === "keep") return "unchanged";
	if (step === "clone") {
		// One that was planned has been kept.
		if (fresh !== undefined)
			await readyClone(context, { ...fresh, parent, fullPath: path });
		await checkOut(context, parent, ownPath);
		return "checked-out";
	}
	if (step === "reset") {
		await git(context, root, ["reset", "--hard", "--quiet"]);
		return "reset";
	}
	if (readdress && !(await hasCommit(context, root, to))) {
		await git(context, root, ["fetch", "--quiet", "--no-recurse-submodules"]);
		if (!(await hasCommit(context, root, to)))
			throw new LlorchError(
				"LLORCH_GIT_FETCH_FAILED",
				`the recorded commit ${to} of ${path} is not on its remote`,
				{ hint: "Whoever recorded it has to push it there first." },
			);
	}
	await git(context, root, [
		// A hook of the user's could change what was just put in place.
		...["-c", "core.hooksPath=/dev/null"],
		...["checkout", "--quiet", "--force", "--detach", to, "--"],
	]);
	return "moved";
}

/** Clones a submodule if need be, and checks its recorded commit out. */
export async function checkOut(
	context: Pick<UndoContext, "runner" | "signal">,
	parent: string,
	ownPath: string,
): Promise<void> {
	const args = ["submodule", "--quiet", "update", "--checkout", "--force"];
	const output = await runGit(context, parent, [...args, "--", ownPath]);
	if (!succeeded(output.result))
		throw /clone of .* failed|Could not read from remote|not our ref/.test(
			output.stderr,
		)
			? fetchFailed(parent, `the remote of ${ownPath}`, output.stderr)
			: gitFailed(parent, args, output);
	// git says nothing when it leaves one out (`update = none`).
	const root = join(parent, ownPath);
	if ((await gitValue(context, root, ["rev-parse", "--show-prefix"])) !== "")
		throw new LlorchError(
			"LLORCH_GIT_SUBMODULE_ABSENT",
			`git did not check out ${ownPath}`,
		);
}
