import type { CatalogOptions } from "./options.ts";
import { inspectTarget } from "./state.ts";
import { findStrangers } from "./strangers.ts";
import { modelTarget } from "./target.ts";

export type DiskUsage = {
	/** All of it: the cache and the base folder, every file once. */
	bytes: number;
	cache: { path: string; bytes: number; freeBytes: number; totalBytes: number };
	/** Real files under the base folder; its links cost nothing. */
	base?: { path: string; bytes: number };
	/** Begun downloads, in the sums above. */
	partialBytes: number;
	/** Files in the cache that no snapshot leads to, in the sums above: `hf cache prune` frees them. */
	unusedBytes: number;
	/** What of the catalog is here, largest first. */
	models: { id: string; bytes: number }[];
	/** Repositories in the cache that no entry of the catalog is of, largest first. */
	repos: { repo: string; bytes: number }[];
};

/** How much disk the models take. A file is counted once, however many links lead to it. */
export async function measureUsage(
	options: CatalogOptions,
): Promise<DiskUsage> {
	const { models, store, baseDir } = options;
	const usage = await store.usage();
	const measured = await Promise.all(
		models.map(async (model) => {
			const target = modelTarget(model, baseDir);
			const { bytes } = await inspectTarget(store, target);
			return { id: model.id, bytes };
		}),
	);
	const known = new Set(models.map(({ repo }) => repo));
	const sum = (values: readonly number[]) =>
		values.reduce((total, value) => total + value, 0);
	const base =
		baseDir === undefined
			? undefined
			: { path: baseDir, bytes: await measureFolder(baseDir) };
	return {
		bytes: usage.bytes + (base?.bytes ?? 0),
		cache: {
			path: usage.cache,
			bytes: usage.bytes,
			freeBytes: usage.freeBytes,
			totalBytes: usage.totalBytes,
		},
		...(base === undefined ? {} : { base }),
		partialBytes: sum(usage.repos.map(({ partialBytes }) => partialBytes)),
		unusedBytes: sum(usage.repos.map(({ unusedBytes }) => unusedBytes)),
		models: measured.filter(({ bytes }) => bytes > 0).sort(largestFirst),
		repos: usage.repos
			.filter(({ repo }) => !known.has(repo))
			.map(({ repo, bytes }) => ({ repo, bytes }))
			.sort(largestFirst),
	};
}

const largestFirst = (left: { bytes: number }, right: { bytes: number }) =>
	right.bytes - left.bytes;

async function measureFolder(folder: string): Promise<number> {
	const files = await findStrangers(folder, new Set());
	// Two names of one file (hard links) are one file.
	const distinct = new Map(files.map(({ file, bytes }) => [file, bytes]));
	return [...distinct.values()].reduce((sum, bytes) => sum + bytes, 0);
}
