import { join, resolve } from "node:path";
import { LlorchError, type Work } from "@llorch/core";
import { isThere } from "../is-there.ts";
import { type RawPath, rawFromText } from "../raw-path.ts";
import { refuseLink } from "../submodules/open.ts";
import { listTree } from "../submodules/tree.ts";
import {
	findCommonDir,
	hasRepository,
	readWorktree,
	type Worktree,
} from "../worktree.ts";
import { act } from "./act.ts";
import type { Acted, ActedAll, ActedFiles } from "./acted.ts";
import { refuseBlocked } from "./blocked.ts";
import type { UndoContext } from "./context.ts";
import { emptySubmodule, emptyTree } from "./empty-submodule.ts";
import { keptPaths, readKept } from "./kept-files.ts";
import { isLossless, type Losses } from "./losses.ts";
import {
	entriesFolder,
	type KeptRepository,
	readEntries,
	type UndoManifest,
	writeManifest,
} from "./manifest.ts";
import { refsToRestore, restoreRepository } from "./restore.ts";
import { findUndoLosses } from "./undo-losses.ts";

/** What taking an action back would do. */
export type UndoPlan = {
	id: string;
	action: UndoManifest["action"];
	what: string;
	at: string;
	/** What was done since and would go; it is kept in its turn. */
	losses: Losses[];
};

export type Undone = {
	id: string;
	action: UndoManifest["action"];
	what: string;
	/** The entry that takes this undo back. */
	entry: string;
	repositories: string[];
};

/**
 * The entry to take back: the one named, else the newest action (no undo) not taken back yet. Throws LLORCH_GIT_NOTHING_TO_UNDO,
 * LLORCH_GIT_UNKNOWN_UNDO.
 */
export async function chooseEntry(
	{ outer }: Pick<UndoContext, "outer">,
	id: string | undefined,
): Promise<UndoManifest> {
	const found = await readEntries(entriesFolder(outer));
	const damaged = found.find((entry) => entry.id === id)?.error;
	if (damaged !== undefined) throw damaged;
	const entries = found.flatMap(({ manifest }) => manifest ?? []);
	const chosen =
		id === undefined
			? entries.findLast(
					({ action, undoneBy, state }) =>
						action !== "undo" && undoneBy === undefined && state !== "saving",
				)
			: entries.find((entry) => entry.id === id && entry.state !== "saving");
	if (chosen !== undefined) return chosen;
	if (id === undefined)
		throw new LlorchError(
			"LLORCH_GIT_NOTHING_TO_UNDO",
			"there is nothing to undo: no sync, reset or clean was kept, or all were taken back",
			{ run: ["git", "undo", "--list"] },
		);
	throw new LlorchError(
		"LLORCH_GIT_UNKNOWN_UNDO",
		`there is no undo entry ${id}`,
		{ run: ["git", "undo", "--list"], details: { id } },
	);
}

/** What taking an entry back would change, and what it would take away. Needs the lock. */
export async function planUndo(
	context: UndoContext,
	manifest: UndoManifest,
): Promise<UndoPlan> {
	const losses: Losses[] = [];
	for (const { folder, ...acted } of await findActed(context, manifest))
		losses.push(await findUndoLosses(context, acted, folder));
	return {
		id: manifest.id,
		action: manifest.action,
		what: manifest.what,
		at: manifest.startedAt,
		losses: losses.filter((loss) => !isLossless(loss)),
	};
}

/** Takes an entry back; what is there now is kept in an entry of its own first. Needs the lock. */
export async function* performUndo(
	context: UndoContext,
	manifest: UndoManifest,
): Work<Undone> {
	const found = await findActed(context, manifest);
	const { id: entry } = yield* act(
		context,
		{
			action: "undo",
			what: `${manifest.action} of ${manifest.startedAt}`,
			repositories: found.map(({ folder: _, ...acted }) => acted),
			checksOut: [],
			undoes: manifest.id,
		},
		() => {},
		async function* (undoId) {
			yield* restoreEntry(context, manifest, undoId);
		},
	);
	await markUndone(context, manifest, entry);
	return {
		id: manifest.id,
		action: manifest.action,
		what: manifest.what,
		entry,
		repositories: manifest.repositories.map(({ path }) => path),
	};
}

/** Puts back all that an entry kept and that still can be. `undoId`: the entry that has what is there now. */
export async function* restoreEntry(
	context: UndoContext,
	manifest: UndoManifest,
	undoId: string,
): Work<void> {
	const { outer } = context;
	const folder = entriesFolder(outer);
	// Inner ones first: a repository is not to be taken away from under its submodules.
	for (const path of await findCheckedOut(context, manifest))
		await emptyAgain(context, path, undoId);
	for (const [index, repository] of manifest.repositories.entries()) {
		const { path, gitDir } = repository;
		if (await isThere(join(resolve(outer.root, gitDir), "HEAD")))
			await restoreRepository(context, {
				repository,
				outerRoot: outer.root,
				folder: join(folder, manifest.id, String(index)),
			});
		else
			yield {
				type: "note",
				level: "warn",
				text: `${path} stays as it is: its clone was removed, and what was kept in it`,
			};
	}
}

/** Notes that an entry was taken back; one that was itself an undo gives back what it took. */
export async function markUndone(
	{ outer }: Pick<UndoContext, "outer">,
	manifest: UndoManifest,
	entry: string,
): Promise<void> {
	const folder = entriesFolder(outer);
	await writeManifest(folder, { ...manifest, state: "done", undoneBy: entry });
	if (manifest.undoes === undefined) return;
	const original = (await readEntries(folder)).find(
		({ id }) => id === manifest.undoes,
	)?.manifest;
	if (original === undefined) return;
	const { undoneBy: _, ...again } = original;
	await writeManifest(folder, again);
}

/** `folder`: where the entry keeps what it has of it. */
type FoundActed = Acted & { folder: string };

/** The repositories that taking an entry back will change: those kept in it that are here, and those the action checked out. */
async function findActed(
	context: UndoContext,
	manifest: UndoManifest,
): Promise<FoundActed[]> {
	const { outer } = context;
	const acted: FoundActed[] = [];
	const checkedOut = await findCheckedOut(context, manifest);
	for (const [index, repository] of manifest.repositories.entries()) {
		const { path, extent, scope } = repository;
		const worktree =
			extent === "clone" ? undefined : await openKept(outer, repository);
		const folder = join(entriesFolder(outer), manifest.id, String(index));
		if (worktree === undefined) {
			const clone = await openClone(outer, repository);
			if (clone !== undefined)
				acted.push({ worktree: clone, path, folder, extent: "clone", scope });
			continue;
		}
		await refuseBlocked(context, worktree.root, repository, folder);
		acted.push({
			worktree,
			path,
			folder,
			...(await describeActed(
				context,
				worktree,
				repository,
				folder,
				checkedOut,
			)),
		});
	}
	for (const path of checkedOut) {
		const worktree = await readWorktree(join(outer.root, path));
		if (worktree === undefined) continue;
		const target = await emptyTree(context, worktree.root);
		acted.push({
			worktree,
			path,
			folder: "",
			extent: "all",
			target,
			scope: [],
		});
	}
	return acted;
}

async function describeActed(
	context: UndoContext,
	{ root }: Worktree,
	repository: KeptRepository,
	folder: string,
	checkedOut: readonly string[],
): Promise<ActedAll | ActedFiles | { extent: "configuration" }> {
	const { extent } = repository;
	if (extent === "configuration" || extent === "clone")
		return { extent: "configuration" };
	if (extent === "files")
		return { extent, ...(await keptPaths(repository, folder)) };
	const outerRoot = context.outer.root;
	const moved = await refsToRestore(context, root, {
		repository,
		outerRoot,
		folder,
	});
	const scope = moved.map(({ name }) => name);
	const emptied = pathsBelow(repository.path, checkedOut);
	return { extent, target: repository.tree, scope, emptied };
}

/** The submodules that the action checked out, and those in them; inner ones first. */
async function findCheckedOut(
	context: UndoContext,
	manifest: UndoManifest,
): Promise<string[]> {
	const paths: string[] = [];
	for (const { path } of manifest.checksOut) {
		const root = join(context.outer.root, path);
		if (!(await hasRepository(root))) continue;
		const inner = await listTree(context, root, {}, `${path}/`);
		paths.push(
			path,
			...inner
				.filter(({ checkedOut }) => checkedOut)
				.map(({ fullPath }) => fullPath),
		);
	}
	return paths.sort().reverse();
}

/** Those of these paths that are below a repository, from its root. */
function pathsBelow(path: string, all: readonly string[]): RawPath[] {
	const prefix = path === "." ? "" : `${path}/`;
	return all
		.filter((one) => one.startsWith(prefix))
		.map((one) => rawFromText(one.slice(prefix.length)));
}

async function openKept(
	outer: Worktree,
	{ path }: KeptRepository,
): Promise<Worktree | undefined> {
	if (path === ".") return outer;
	const place = { parent: outer.root, path: rawFromText(path), fullPath: path };
	await refuseLink(place);
	return readWorktree(join(outer.root, path));
}

/** One that is checked out now is kept as such, not as a clone. */
async function openClone(
	outer: Worktree,
	{ path, gitDir: place }: KeptRepository,
): Promise<Worktree | undefined> {
	const gitDir = resolve(outer.root, place);
	const root = join(outer.root, path);
	const isClone =
		!(await hasRepository(root)) && (await isThere(join(gitDir, "HEAD")));
	if (!isClone) return undefined;
	return { root, gitDir, commonDir: await findCommonDir(gitDir) };
}

/** A submodule that was not checked out before is emptied, with what the undo's own entry has kept of it. */
async function emptyAgain(
	{ outer, ...door }: UndoContext,
	path: string,
	undoId: string,
): Promise<void> {
	const root = join(outer.root, path);
	if (!(await hasRepository(root))) return;
	const folder = entriesFolder(outer);
	const undo = (await readEntries(folder)).find(({ id }) => id === undoId);
	const index = undo?.manifest?.repositories.findIndex(
		(repository) => repository.path === path,
	);
	// Not kept, so not to be touched: it was checked out after the undo had begun.
	if (index === undefined || index < 0) return;
	const files = await readKept(join(folder, undoId, String(index)));
	await emptySubmodule(door, root, files);
}
