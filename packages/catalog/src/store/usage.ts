import { lstat, realpath } from "node:fs/promises";
import { join } from "node:path";
import { diskSpace, isUnusable, onDisk } from "./disk.ts";
import { namesIn } from "./find-file.ts";
import { layoutIn, repoOfFolder } from "./layout.ts";
import { readBlobs, readSnapshots } from "./repo-contents.ts";
import type { StoreUsage } from "./types.ts";

/** `Store.usage`. */
export async function measureCache(cache: string): Promise<StoreUsage> {
	const repos: StoreUsage["repos"] = [];
	const unreadable: string[] = [];
	for (const folder of await namesIn(cache)) {
		const repo = repoOfFolder(folder);
		if (repo === undefined) continue;
		const path = join(cache, folder);
		try {
			repos.push(await onDisk(path, () => measureRepo(path, repo)));
		} catch (error) {
			if (!isUnusable(error)) throw error;
			unreadable.push(path);
		}
	}
	repos.sort((left, right) => right.bytes - left.bytes);
	const bytes = repos.reduce((sum, each) => sum + each.bytes, 0);
	return { cache, ...(await diskSpace(cache)), repos, unreadable, bytes };
}

async function measureRepo(
	folder: string,
	repo: string,
): Promise<StoreUsage["repos"][number]> {
	const layout = layoutIn(folder);
	const snapshots = await readSnapshots(layout);
	const used = new Set(snapshots.map(({ leadsTo }) => leadsTo));
	const usage = {
		repo,
		bytes: 0,
		partialBytes: 0,
		unusedBytes: 0,
		files: snapshots.length,
	};
	for (const { path, partial, bytes } of await readBlobs(layout)) {
		usage.bytes += bytes;
		if (partial) usage.partialBytes += bytes;
		else if (!used.has(await realpath(path))) usage.unusedBytes += bytes;
	}
	// Real files in snapshots/ (HF_HUB_DISABLE_SYMLINKS).
	for (const { path } of snapshots) {
		const stats = await lstat(path).catch(() => undefined);
		if (stats?.isFile()) usage.bytes += stats.size;
	}
	return usage;
}
