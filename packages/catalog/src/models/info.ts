import type { ModelFile } from "../catalog/model.ts";
import type { Inspection } from "../store/types.ts";
import { type CatalogEntry, describeEntry } from "./listing.ts";
import type { CatalogOptions } from "./options.ts";
import { commonPlace } from "./place.ts";
import { inspectTarget } from "./state.ts";
import { findTarget, type Target } from "./target.ts";

/** All that the catalog and this disk say of a model. */
export type ModelInfo = Omit<CatalogEntry, "name" | "verified"> & {
	name?: string;
	/** Absent for an `hf:` name: the catalog says nothing about it. */
	verified?: boolean;
	revision?: string;
	/** The hub's page of the repository. */
	page: string;
	/** Where a program finds it now. */
	path?: string;
	files: (Pick<ModelFile, "path" | "size" | "sha256"> & {
		/** Where each fact was read. */
		sources?: ModelFile["sources"];
		disk: Inspection;
	})[];
	/** Where each of the other facts was read. */
	sources?: { [fact: string]: readonly string[] };
};

/** Throws LLORCH_UNKNOWN_MODEL. No network. */
export async function describeTarget(
	options: CatalogOptions,
	name: string,
): Promise<ModelInfo> {
	const target = findTarget(name, options);
	const inspected = await inspectTarget(options.store, target);
	const { state, files } = inspected;
	const { model, repo, requests } = target;
	const revision = model === undefined ? requests[0]?.revision : model.revision;
	const path = usablePath(files);
	return {
		...(model === undefined
			? { id: target.name, repo }
			: { ...describeEntry(model), sources: model.sources }),
		...(revision === undefined ? {} : { revision }),
		page: `${options.endpoint}/${repo}`,
		state,
		bytes: inspected.bytes + inspected.ownBytes,
		...(path === undefined ? {} : { path }),
		files: files.map((disk, index) => ({
			...fileFacts(target, index),
			disk,
		})),
	};
}

function fileFacts({ model, requests }: Target, index: number) {
	const file = model?.files[index];
	if (file === undefined) return { path: requests[index]?.path ?? "" };
	const { place: _, ...facts } = file;
	return facts;
}

/** Where a program finds the files, or undefined when one of them is not here. */
export function usablePath(files: readonly Inspection[]): string | undefined {
	const paths = files.map(({ links, snapshot, state }) =>
		state === "verified" || state === "unhashed"
			? (links.find((link) => link.state === "ok")?.path ?? snapshot)
			: undefined,
	);
	return paths.every((path) => path !== undefined)
		? commonPlace(paths)
		: undefined;
}
