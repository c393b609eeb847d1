import { basename } from "node:path";
import { closest } from "@llorch/core";
import type { CatalogOptions } from "./options.ts";
import { type OtherRepo, otherRepos } from "./other-repos.ts";
import { inspectTarget, type ModelState, unreadableAmong } from "./state.ts";
import { findStrangers } from "./strangers.ts";
import { findAllTargets, nameOf } from "./target.ts";

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
	/** Folders that we may not look into. Absolute. */
	unreadable?: readonly string[];
	/** Something is here, but nothing with that in its name. `meant`: what is, and is spelled much like it. */
	unmatched?: { name: string; meant?: string };
};

/**
 * @param name only what has these letters in its id, repository or path (small and capital ones are the same)
 */
export async function listOnDisk(
	options: CatalogOptions,
	{ name = "" }: { name?: string | undefined } = {},
): Promise<DiskListing> {
	const { store, baseDir } = options;
	const wanted = (...texts: readonly string[]) =>
		texts.some((text) => text.toLowerCase().includes(name.toLowerCase()));
	const targets = await findAllTargets(options);
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
				unreadableAmong(files)[0] ??
				"";
			const bytes = inspected.bytes + inspected.ownBytes;
			const { name: id, ...named } = nameOf(target);
			const model = { id, state, bytes, path, ...named };
			const names = [
				...(target.model === undefined ? [] : [target.model.name]),
				target.repo,
				basename(target.repo),
			];
			return { model, names, repo: target.repo, files };
		}),
	);
	const usage = await store.usage();
	const links = targets.flatMap(({ requests }) =>
		requests.flatMap((request) => request.links ?? []),
	);
	const unreadable = [...usage.unreadable];
	const strangers =
		baseDir === undefined
			? []
			: await findStrangers(baseDir, new Set(links), unreadable);
	const here = {
		models: states.filter(({ model }) => model.state !== "absent"),
		repos: otherRepos(usage, states),
		strangers,
	};
	const listing: DiskListing = {
		cache: store.cache,
		...(baseDir === undefined ? {} : { baseDir }),
		models: here.models
			.filter(({ model, repo }) => wanted(model.id, repo, model.path))
			.map(({ model }) => model),
		repos: here.repos.filter(({ repo }) => wanted(repo)),
		strangers: here.strangers
			.filter(({ path }) => wanted(path))
			.map(({ path, bytes }) => ({ path, bytes })),
	};
	const unmatched =
		count(here) > 0 && count(listing) === 0 ? findMeant(name, here) : undefined;
	return {
		...listing,
		...(unreadable.length === 0 ? {} : { unreadable }),
		...(unmatched === undefined ? {} : { unmatched }),
	};
}

type Rows = Record<"models" | "repos" | "strangers", readonly unknown[]>;

const count = ({ models, repos, strangers }: Rows) =>
	models.length + repos.length + strangers.length;

/** Suggests only what the listing would then show. */
function findMeant(
	name: string,
	here: {
		models: readonly { model: { id: string }; names: readonly string[] }[];
		repos: readonly { repo: string }[];
		strangers: readonly { path: string }[];
	},
): { name: string; meant?: string } {
	const shown = new Map<string, string>();
	for (const { repo } of here.repos)
		shown.set(repo, repo).set(basename(repo), basename(repo));
	for (const { path } of here.strangers)
		shown.set(basename(path), basename(path));
	for (const { model, names } of here.models)
		for (const each of [...names, model.id]) shown.set(each, model.id);
	const like = closest(name, shown.keys());
	const meant = like === undefined ? undefined : shown.get(like);
	return { name, ...(meant === undefined ? {} : { meant }) };
}
