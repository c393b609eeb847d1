import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { LlorchError, type Work } from "@llorch/core";
import { acquireLock, isLocked, type Lock, makeFolders } from "@llorch/run";
import { bareDoor } from "../bare-door.ts";
import { explainFull } from "../disk-full.ts";
import { mapAll } from "../parallel.ts";
import { onDisk, type RawPath } from "../raw-path.ts";
import { findCommonDir, type Worktree } from "../worktree.ts";
import type { Acted } from "./acted.ts";
import type { UndoContext } from "./context.ts";
import { removeEmptyFolders } from "./empty-submodule.ts";
import { pruneEntries, removeEntry } from "./entries.ts";
import { watchAgain } from "./index-entries.ts";
import { keepRepository } from "./keep.ts";
import { keepClone } from "./keep-clone.ts";
import {
	CONFIGURATION,
	keepConfiguration,
	sketch,
} from "./keep-configuration.ts";
import { keepFiles } from "./keep-files.ts";
import type { Kept } from "./kept.ts";
import { noteBegin, noteDeath, noteEnd } from "./leftovers.ts";
import {
	type CheckedOut,
	createEntryFolder,
	entriesFolder,
	type KeptRepository,
	type UndoAction,
	type UndoManifest,
	writeManifest,
} from "./manifest.ts";
import { moveFile } from "./move-file.ts";
import { dropOperation } from "./operation-state.ts";
import { readRefs, stringifyRefs } from "./refs.ts";
import type { Survey } from "./survey.ts";
import { copyIfThere } from "./write-trees.ts";

export type Action = {
	action: UndoAction;
	/** For people: what the action does. */
	what: string;
	repositories: readonly Acted[];
	checksOut: readonly CheckedOut[];
	undoes?: string;
};

/** The lock that lets one action at a time change a repository. Throws LLORCH_LOCKED when another one has it, LLORCH_GIT_NOT_WRITABLE. */
export async function lockRepository({
	outer,
	signal,
}: Pick<UndoContext, "outer" | "signal">): Promise<Lock> {
	const path = lockPath(outer);
	let lock: Lock;
	try {
		await makeFolders(dirname(path), { mode: 0o700 });
		lock = await acquireLock(path, { signal });
	} catch (cause) {
		if (cause instanceof Error && "syscall" in cause)
			throw notWritable(dirname(path), cause);
		throw cause;
	}
	try {
		if (lock.lastSeen !== undefined) await noteDeath(outer, lock.lastSeen);
		return lock;
	} catch (error) {
		await lock.release();
		throw error;
	}
}

/** Whether an action is at work in the repository now. */
export function isActing(outer: Worktree): Promise<boolean> {
	return isLocked(lockPath(outer));
}

function lockPath({ gitDir }: Worktree): string {
	return join(gitDir, "llorch", "lock");
}

function notWritable(folder: string, cause: Error): LlorchError {
	return new LlorchError(
		"LLORCH_GIT_NOT_WRITABLE",
		`${folder} cannot be written to: ${cause.message}`,
		{
			hint: "llorch keeps its lock and what `git undo` needs there. Make it a folder that you may write to, then try again.",
			details: { folder },
			cause,
		},
	);
}

/**
 * Does something that can be undone: keeps everything it will change, calls `check` with what was kept (it may throw, and nothing
 * has been changed), then acts. Needs the lock. An `act` that throws leaves the entry open: the next action, or an undo,
 * puts everything back.
 */
export async function* act<V>(
	context: UndoContext,
	action: Action,
	check: (kept: readonly Kept[]) => Promise<void> | void,
	perform: (id: string, kept: readonly Kept[]) => Work<V>,
): Work<{ id: string; value: V }> {
	const folder = entriesFolder(context.outer);
	const { manifest, kept } = await keepAll(context, action, check);
	manifest.state = "acting";
	await writeManifest(folder, manifest);
	let value: V;
	try {
		for (const [index, { repository, survey }] of kept.entries()) {
			const { worktree } = action.repositories[index] as Acted;
			const own = join(folder, manifest.id, String(index));
			await moveAside(worktree.root, repository, own);
			if (survey === undefined) continue;
			await dropOperation(worktree.gitDir);
			await watchAgain(context, worktree.root, survey.index);
			await clearSubmodulePaths(worktree.root, survey);
		}
		value = yield* perform(manifest.id, kept);
		await closeEntry(context, manifest);
	} catch (error) {
		await noteEnd(join(folder, manifest.id)).catch(() => {});
		throw withWayBack(explainFull(error, context.outer.root));
	}
	// Whoever called still writes to the entry that was taken back.
	await pruneEntries(context, { except: [manifest.id, action.undoes ?? ""] });
	return { id: manifest.id, value };
}

async function keepAll(
	context: UndoContext,
	action: Action,
	check: (kept: readonly Kept[]) => Promise<void> | void,
): Promise<{ manifest: UndoManifest; kept: Kept[] }> {
	const { outer, clock } = context;
	const folder = entriesFolder(outer);
	const id = await createEntryFolder(outer, clock.now());
	const { repositories, checksOut, undoes } = action;
	const manifest: UndoManifest = {
		version: 1,
		id,
		action: action.action,
		what: action.what,
		startedAt: new Date(clock.now()).toISOString(),
		state: "saving",
		// Enough to find its refs, should it be killed while it is made.
		repositories: repositories.map((acted) => sketch(outer.root, acted)),
		checksOut: [...checksOut],
		...(undoes === undefined ? {} : { undoes }),
	};
	await noteBegin(join(folder, id));
	await writeManifest(folder, manifest);
	try {
		const kept = await mapAll(
			repositories.map((acted, index) => ({ acted, index })),
			({ acted, index }) => {
				const options = {
					outerRoot: outer.root,
					id,
					folder: join(folder, id, String(index)),
					maxFile: context.maxFile,
					message: `llorch git ${action.action}: what was there before`,
				};
				if (acted.extent === "all")
					return keepRepository(context, { ...options, ...acted });
				if (acted.extent === "clone")
					return keepClone(context, { ...options, ...acted });
				return acted.extent === "files"
					? keepFiles(context, { ...options, ...acted })
					: keepConfiguration({ ...options, ...acted });
			},
			context,
		);
		await check(kept);
		manifest.repositories = kept.map(({ repository }) => repository);
		return { manifest, kept };
	} catch (error) {
		// Nothing has been changed. What cannot be tidied up now (Ctrl-C), the next action will.
		await removeEntry(context, manifest).catch(() => {});
		throw explainFull(error, outer.root);
	}
}

/** Notes which refs and which configuration the action left behind: an undo takes back those that still are so. */
export async function closeEntry(
	context: UndoContext,
	manifest: UndoManifest,
): Promise<void> {
	const folder = entriesFolder(context.outer);
	await mapAll(
		manifest.repositories.map((repository, index) => ({ repository, index })),
		async ({ repository, index }) => {
			if (repository.extent === "files") return;
			const own = join(folder, manifest.id, String(index));
			const gitDir = resolve(context.outer.root, repository.gitDir);
			if (repository.extent !== "configuration")
				await writeFile(
					join(own, "refs-after"),
					stringifyRefs(await readRefs(bareDoor(context, gitDir), gitDir)),
					"latin1",
				);
			const commonDir = await findCommonDir(gitDir);
			for (const name of CONFIGURATION)
				await copyIfThere(join(commonDir, name), join(own, `${name}-after`));
		},
		context,
	);
	manifest.state = "done";
	await writeManifest(folder, manifest);
}

async function moveAside(
	root: string,
	{ moved }: KeptRepository,
	folder: string,
): Promise<void> {
	if (moved.length > 0) await mkdir(join(folder, "moved"));
	for (const { path, to } of moved)
		await moveFile(onDisk(root, path as RawPath), join(folder, to));
}

/** git clones a submodule only into an empty folder; what is there has been kept. */
async function clearSubmodulePaths(
	root: string,
	{ toTarget, inTheWay }: Survey,
): Promise<void> {
	const clones = toTarget
		.filter(({ letter, mode }) => letter === "D" && mode === "160000")
		.map(({ path }) => `${path}/`);
	const blocking = inTheWay
		.map(({ path }) => path)
		.filter((path) => clones.some((folder) => path.startsWith(folder)));
	for (const path of blocking) await rm(onDisk(root, path), { force: true });
	await removeEmptyFolders(root, blocking);
}

function withWayBack(error: unknown): unknown {
	if (!(error instanceof LlorchError) || error.info.hint !== undefined)
		return error;
	return LlorchError.from({
		...error.info,
		hint: "What was there before has been kept. To have it back: llorch git undo",
		run: ["git", "undo"],
	});
}
