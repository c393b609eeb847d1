import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bareDoor } from "../bare-door.ts";
import { readHead } from "../head.ts";
import type { GitDoor } from "../run-git.ts";
import type { Acted, ActedClone } from "./acted.ts";
import { readIndex } from "./index-entries.ts";
import { existing, keepIndex, refuseLocked } from "./keep.ts";
import { keepConfiguration } from "./keep-configuration.ts";
import type { Kept } from "./kept.ts";
import {
	movedRefs,
	readRefs,
	setRef,
	stringifyRefs,
	UNDO_REFS,
	updateRefs,
} from "./refs.ts";
import { writeCommit, writeTree } from "./write-trees.ts";

/** Keeps a clone that is not checked out. Changes nothing but its objects and `refs/llorch`. */
export async function keepClone(
	door: GitDoor,
	options: Acted &
		ActedClone & {
			outerRoot: string;
			id: string;
			folder: string;
			message: string;
		},
): Promise<Kept> {
	const { worktree, folder, id, scope } = options;
	const { gitDir } = worktree;
	const bare = bareDoor(door, gitDir);
	const { repository } = await keepConfiguration(options);
	await refuseLocked(worktree);
	const head = await readHead(bare, gitDir);
	const index = join(folder, "index");
	const indexTime = await keepIndex(bare, { ...worktree, root: gitDir }, index);
	const entries =
		indexTime === null ? [] : await readIndex(bare, gitDir, index);
	const now = await readRefs(bare, gitDir);
	const refs = options.refsBefore ?? now;
	await writeFile(join(folder, "refs"), stringifyRefs(refs), "latin1");
	const was = await existing(bare, gitDir, [
		...(head.commit === null ? [] : [head.commit]),
		...movedRefs(refs, now).flatMap(({ was: old }) => old?.oid ?? []),
	]);
	const commands = was.map((oid, n) =>
		setRef(`${UNDO_REFS}${id}/was/${n}`, oid),
	);
	if (entries.length > 0) {
		const tree = await writeTree(bare, gitDir, {
			indexFile: index,
			scratch: join(folder, "index.scratch"),
			without: entries.filter(({ stage }) => stage > 0).map(({ path }) => path),
			files: [],
			oidLength: entries[0]?.oid.length ?? 40,
		});
		const parent = head.commit ?? undefined;
		const commit = await writeCommit(
			bare,
			gitDir,
			tree,
			parent,
			options.message,
		);
		commands.push(setRef(`${UNDO_REFS}${id}/index`, commit));
	}
	await updateRefs(bare, gitDir, commands);
	return { repository: { ...repository, head, scope, indexTime }, refs: now };
}
