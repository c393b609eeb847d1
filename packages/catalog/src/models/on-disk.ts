import type { CatalogOptions } from "./options.ts";
import { inspectTarget, type ModelState } from "./state.ts";
import { findStrangers } from "./strangers.ts";
import { modelTarget } from "./target.ts";

/** What of the catalog, and what else, is on this disk. */
export type DiskListing = {
	/** Absolute. */
	cache: string;
	baseDir?: string;
	models: { id: string; state: ModelState; bytes: number; path: string }[];
	/** Repositories in the cache that no entry of the catalog is of; other tools' downloads among them. */
	repos: { repo: string; files: number; bytes: number; partialBytes: number }[];
	/** Files under the base folder that no entry knows. */
	strangers: { path: string; bytes: number }[];
};

/**
 * @param name only what has these letters in its id, repository or path (small and capital ones are the same)
 */
export async function listOnDisk(
	{ models, store, baseDir }: CatalogOptions,
	{ name = "" }: { name?: string | undefined } = {},
): Promise<DiskListing> {
	const wanted = (...texts: readonly string[]) =>
		texts.some((text) => text.toLowerCase().includes(name.toLowerCase()));
	const targets = models.map((model) => modelTarget(model, baseDir));
	const states = await Promise.all(
		targets.map(async (target) => {
			const { state, bytes, files } = await inspectTarget(store, target);
			const [file] = files;
			const path =
				file?.links.find((link) => link.state === "ok")?.path ??
				file?.snapshot ??
				file?.adoptable ??
				file?.partial ??
				"";
			return { id: target.name, repo: target.repo, state, bytes, path };
		}),
	);
	const known = new Set(models.map(({ repo }) => repo));
	const usage = await store.usage();
	const links = targets.flatMap(({ requests }) =>
		requests.flatMap((request) => request.links ?? []),
	);
	const strangers =
		baseDir === undefined ? [] : await findStrangers(baseDir, new Set(links));
	return {
		cache: store.cache,
		...(baseDir === undefined ? {} : { baseDir }),
		models: states
			.filter(({ state }) => state !== "absent")
			.filter(({ id, repo, path }) => wanted(id, repo, path))
			.map(({ repo: _, ...model }) => model),
		repos: usage.repos
			.filter(({ repo }) => !known.has(repo) && wanted(repo))
			.map(({ repo, files, bytes, partialBytes }) => ({
				repo,
				files,
				bytes,
				partialBytes,
			})),
		strangers: strangers
			.filter(({ path }) => wanted(path))
			.map(({ path, bytes }) => ({ path, bytes })),
	};
}
