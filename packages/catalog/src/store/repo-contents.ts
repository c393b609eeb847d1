import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { isAbsent } from "./file-identity.ts";
import { namesIn, resolveLink } from "./find-file.ts";
import { LOCK_SUFFIX, PARTIAL_SUFFIX, type RepoLayout } from "./layout.ts";

/** A file or link in `snapshots/`, and the real file it leads to (absent: to nothing). Absolute paths. */
export type SnapshotEntry = {
	path: string;
	commit: string;
	leadsTo: string | undefined;
};

/** Everything in `snapshots/`, of all tools. */
export async function readSnapshots(
	layout: RepoLayout,
): Promise<SnapshotEntry[]> {
	const entries: SnapshotEntry[] = [];
	for (const commit of await namesIn(layout.snapshots))
		for await (const path of filesUnder(join(layout.snapshots, commit)))
			entries.push({ path, commit, leadsTo: await resolveLink(path) });
	return entries;
}

async function* filesUnder(folder: string): AsyncGenerator<string> {
	const entries = await readdir(folder, { withFileTypes: true }).catch(
		(error: unknown) => {
			if (isAbsent(error)) return [];
			throw error;
		},
	);
	for (const entry of entries) {
		const path = join(folder, entry.name);
		if (entry.isDirectory()) yield* filesUnder(path);
		else yield path;
	}
}

export type BlobEntry = {
	path: string;
	/** Of hf, llama.cpp or llorch: a download that was begun. */
	partial: boolean;
	bytes: number;
};

// What hf, @huggingface/hub and llama.cpp call a begun download.
const PARTIALS = [PARTIAL_SUFFIX, ".incomplete", ".downloadInProgress"];

/** Everything in `blobs/` that takes space. A partial that is a second name of a whole file (`removeSecondName`) is not. */
export async function readBlobs(layout: RepoLayout): Promise<BlobEntry[]> {
	const entries: (BlobEntry & { file: string })[] = [];
	for (const name of await namesIn(layout.blobs)) {
		if (name.includes(LOCK_SUFFIX) || name.endsWith(".llorch-tmp")) continue;
		const path = join(layout.blobs, name);
		const stats = await lstat(path).catch(() => undefined);
		if (!stats?.isFile()) continue;
		const partial = PARTIALS.some((suffix) => name.endsWith(suffix));
		const file = `${stats.dev}:${stats.ino}`;
		entries.push({ path, partial, bytes: stats.size, file });
	}
	const whole = new Set(
		entries.filter(({ partial }) => !partial).map(({ file }) => file),
	);
	return entries.filter(({ partial, file }) => !partial || !whole.has(file));
}
