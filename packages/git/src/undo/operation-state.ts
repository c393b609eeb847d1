import { cp, mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";

/** Files and folders in a git dir that say what a repository is in the middle of, and that `reset` and the like remove. */
const IN_PROGRESS = [
	"MERGE_HEAD",
	"MERGE_MSG",
	"MERGE_MODE",
	"MERGE_RR",
	"MERGE_AUTOSTASH",
	"CHERRY_PICK_HEAD",
	"REVERT_HEAD",
	"REBASE_HEAD",
	"SQUASH_MSG",
	"AUTO_MERGE",
	"rebase-merge",
	"rebase-apply",
	"sequencer",
] as const;

/** Files that commands overwrite in passing. */
const IN_PASSING = ["ORIG_HEAD", "FETCH_HEAD"] as const;

/** Copies what a repository is in the middle of. Returns every commit that is mentioned there and may be held by nothing else. */
export async function keepOperation(
	gitDir: string,
	folder: string,
): Promise<string[]> {
	await mkdir(folder, { recursive: true });
	const there = new Set(await readdir(gitDir));
	const mentioned = new Set<string>();
	for (const name of [...IN_PROGRESS, ...IN_PASSING]) {
		if (!there.has(name)) continue;
		await cp(join(gitDir, name), join(folder, name), { recursive: true });
		if (name !== "FETCH_HEAD")
			for (const oid of await findOids(join(folder, name))) mentioned.add(oid);
	}
	return [...mentioned];
}

/** Ends what a repository is in the middle of, without touching files or branches. An autostash is not applied. */
export async function dropOperation(gitDir: string): Promise<void> {
	for (const name of IN_PROGRESS)
		await rm(join(gitDir, name), { recursive: true, force: true });
}

/** Puts back what `keepOperation` copied. */
export async function restoreOperation(
	gitDir: string,
	folder: string,
): Promise<void> {
	const kept = new Set(await readdir(folder));
	for (const name of [...IN_PROGRESS, ...IN_PASSING]) {
		await rm(join(gitDir, name), { recursive: true, force: true });
		if (kept.has(name))
			await cp(join(folder, name), join(gitDir, name), { recursive: true });
	}
}

const OID = /\b(?:[0-9a-f]{64}|[0-9a-f]{40})\b/g;

async function findOids(path: string): Promise<string[]> {
	const names = await readdir(path).catch(() => undefined);
	if (names === undefined)
		return (await readFile(path, "latin1")).match(OID) ?? [];
	const inside = await Promise.all(
		// A patch mentions objects of all kinds, and no commit that is not also elsewhere.
		names
			.filter((name) => name !== "patch")
			.map((name) => findOids(join(path, name))),
	);
	return inside.flat();
}
