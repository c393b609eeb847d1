import type { CatalogOptions } from "./options.ts";
import { type OtherRepo, otherRepos } from "./other-repos.ts";
import { inspectTarget, type ModelState } from "./state.ts";
import { findStrangers } from "./strangers.ts";
import { modelTarget, nameOf } from "./target.ts";

/** What of the catalog, and what else, is on this disk. */
export type DiskListing = {
	/** Absolute. */
	cache: string;
	baseDir?: string;
	models: {
		id: string;
		state: ModelState;
		bytes: number;
		path: string;
		/** Why the entry is not to be taken at its word. */
		unverified?: string;
	}[];
	/** What else is in the cache; other tools' downloads among it. */
	repos: OtherRepo[];
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
			const inspected = await inspectTarget(store, target);
			const { state, files } = inspected;
			const [file] = files;
			const path =
				file?.links.find((link) => link.state === "ok")?.path ??
				file?.snapshot ??
				file?.adoptable ??
				file?.partial ??
				"";
			const bytes = inspected.bytes + inspected.ownBytes;
			const { name: id, ...named } = nameOf(target);
			const model = { id, state, bytes, path, ...named };
			return { model, repo: target.repo, files };
		}),
	);
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
			.filter(({ model }) => model.state !== "absent")
			.filter(({ model, repo }) => wanted(model.id, repo, model.path))
			.map(({ model }) => model),
		repos: otherRepos(usage, states).filter(({ repo }) => wanted(repo)),
		strangers: strangers
			.filter(({ path }) => wanted(path))
			.map(({ path, bytes }) => ({ path, bytes })),
	};
}
