import type { CatalogOptions } from "./options.ts";
import { type OtherRepo, otherRepos } from "./other-repos.ts";
import { inspectTarget } from "./state.ts";
import { findStrangers } from "./strangers.ts";
import { modelTarget } from "./target.ts";

export type DiskUsage = {
	/** All of it: the cache and the base folder, every file once. */
	bytes: number;
	cache: { path: string; bytes: number; freeBytes: number; totalBytes: number };
	/** Real files under the base folder; its links cost nothing. `otherBytes`: of them, those that no model below has. */
	base?: { path: string; bytes: number; otherBytes: number };
	/** Begun downloads, in the sums above. */
	partialBytes: number;
	/** Files in the cache that no snapshot leads to, in the sums above: `hf cache prune` frees them. */
	unusedBytes: number;
	/** Folders that we may not look into, whose bytes are in no sum. Absolute. */
	unreadable?: readonly string[];
	/** What of the catalog is here, largest first. */
	models: { id: string; bytes: number }[];
	/** What else is in the cache, largest first. */
	repos: OtherRepo[];
};

/** How much disk the models take. A file is counted once, however many links lead to it. */
export async function measureUsage(
	options: CatalogOptions,
): Promise<DiskUsage> {
	const { models, store, baseDir } = options;
	const usage = await store.usage();
	const states = await Promise.all(
		models.map(async (model) => {
			const target = modelTarget(model, baseDir);
			const state = await inspectTarget(store, target);
			return { id: model.id, repo: model.repo, ...state };
		}),
	);
	const sum = (values: readonly number[]) =>
		values.reduce((total, value) => total + value, 0);
	const unreadable = [...usage.unreadable];
	const inBase =
		baseDir === undefined ? 0 : await measureFolder(baseDir, unreadable);
	return {
		bytes: usage.bytes + inBase,
		cache: {
			path: usage.cache,
			bytes: usage.bytes,
			freeBytes: usage.freeBytes,
			totalBytes: usage.totalBytes,
		},
		...(baseDir === undefined
			? {}
			: {
					base: {
						path: baseDir,
						bytes: inBase,
						otherBytes: inBase - sum(states.map(({ ownBytes }) => ownBytes)),
					},
				}),
		partialBytes: sum(usage.repos.map(({ partialBytes }) => partialBytes)),
		unusedBytes: sum(usage.repos.map(({ unusedBytes }) => unusedBytes)),
		...(unreadable.length === 0 ? {} : { unreadable }),
		models: states
			.map(({ id, bytes, ownBytes }) => ({ id, bytes: bytes + ownBytes }))
			.filter(({ bytes }) => bytes > 0)
			.sort((left, right) => right.bytes - left.bytes),
		repos: otherRepos(usage, states),
	};
}

async function measureFolder(
	folder: string,
	unreadable: string[],
): Promise<number> {
	const files = await findStrangers(folder, new Set(), unreadable);
	// Two names of one file (hard links) are one file.
	const distinct = new Map(files.map(({ file, bytes }) => [file, bytes]));
	return [...distinct.values()].reduce((sum, bytes) => sum + bytes, 0);
}
