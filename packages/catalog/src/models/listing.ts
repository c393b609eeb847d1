import { sizeOf, whyUnverified } from "../catalog/gaps.ts";
import type { Model } from "../catalog/model.ts";
import type { CatalogOptions } from "./options.ts";
import {
	inspectTarget,
	type ModelState,
	USABLE,
	unreadableAmong,
} from "./state.ts";
import { modelTarget } from "./target.ts";

/** An entry of the catalog with what is on this disk. A fact that is not known is left out. */
export type CatalogEntry = {
	id: string;
	name: string;
	kind?: string;
	repo: string;
	/** Bytes of all its files. */
	size?: number;
	parameters?: string;
	context?: number;
	license?: string;
	/** By name, where the licence is the publisher's own. */
	terms?: string;
	/** Every fact is known, and the catalog says where from. */
	verified: boolean;
	unverified?: string;
	changed?: string;
	converts?: string;
	notes?: string;
	state: ModelState;
	/** On this disk, partials and files at the old places included. */
	bytes: number;
};

export type CatalogListing = {
	total: number;
	verified: number;
	/** Entries that a program could use now. */
	onDisk: number;
	/** Where a catalog file of one's own is not to be taken at its word, with file and line. */
	warnings: readonly string[];
	/** Folders that we may not look into. Absolute. */
	unreadable?: readonly string[];
	models: CatalogEntry[];
};

/** Every entry of the catalog, and which are on this disk. No network. */
export async function listCatalog(
	options: CatalogOptions,
): Promise<CatalogListing> {
	const { store, baseDir } = options;
	const described = await Promise.all(
		options.models.map(async (model) => {
			const target = modelTarget(model, baseDir);
			const { state, files, ...there } = await inspectTarget(store, target);
			const bytes = there.bytes + there.ownBytes;
			return { files, entry: { ...describeEntry(model), state, bytes } };
		}),
	);
	const models = described.map(({ entry }) => entry);
	const unreadable = unreadableAmong(described.flatMap(({ files }) => files));
	return {
		total: models.length,
		verified: models.filter(({ verified }) => verified).length,
		onDisk: models.filter(({ state }) => USABLE.has(state)).length,
		warnings: options.warnings ?? [],
		...(unreadable.length === 0 ? {} : { unreadable }),
		models,
	};
}

/** An entry without its files and their sources. */
export function describeEntry(
	model: Model,
): Omit<CatalogEntry, "state" | "bytes"> {
	const { sources: _, files: __, dir: ___, revision: ____, ...facts } = model;
	const size = sizeOf(model);
	const unverified = whyUnverified(model);
	return {
		...facts,
		...(size === undefined ? {} : { size }),
		verified: unverified === undefined,
		...(unverified === undefined ? {} : { unverified }),
	};
}
