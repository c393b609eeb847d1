import { join } from "node:path";
import { closest, LlorchError } from "@llorch/core";
import { whyUnverified } from "../catalog/gaps.ts";
import { HUB_PREFIX, parseHubName } from "../catalog/hub-name.ts";
import type { Model } from "../catalog/model.ts";
import type { FileRequest } from "../store/types.ts";
import type { CatalogOptions } from "./options.ts";

/** What a person named: an entry of the catalog, or one file of the hub. */
export type Target = {
	/** As it was named. */
	name: string;
	/** Absent for an `hf:` name. */
	model?: Model;
	repo: string;
	requests: readonly FileRequest[];
};

/** Where names are looked up. */
export type Names = {
	models: readonly Model[];
	/** The folder of the links, absolute; absent outside of any repository. */
	baseDir?: string | undefined;
};

/**
 * What the names mean, each once. Throws LLORCH_UNKNOWN_MODEL for the first one that means nothing, before anything is
 * done for the others.
 */
export function findTargets(
	names: readonly string[],
	where: Names,
): [Target, ...Target[]] {
	const targets = [...new Set(names)].map((name) => findTarget(name, where));
	const [first, ...rest] = targets;
	if (first === undefined)
		throw new LlorchError("LLORCH_USAGE", "no model was named", {
			run: ["models", "catalog"],
		});
	return [first, ...rest];
}

export function findTarget(name: string, { models, baseDir }: Names): Target {
	const model = models.find(({ id }) => id === name);
	if (model !== undefined) return modelTarget(model, baseDir);
	const file = parseHubName(name);
	if (file === undefined) throw unknown(name, models);
	const { repo, path, revision = "main" } = file;
	return { name, repo, requests: [{ repo, revision, path, name }] };
}

/** An entry of the catalog as files of the store. */
export function modelTarget(
	model: Model,
	baseDir: string | undefined,
): Target & { model: Model } {
	const { id, repo, revision, dir, files } = model;
	const requests = files.map(
		({ path, place, size, sha256 }): FileRequest => ({
			repo,
			// Without a commit, main is asked; what it had at the first download is what it must have later.
			revision: revision ?? "main",
			path,
			name: id,
			label: files.length === 1 ? id : `${id}/${path}`,
			...(size === undefined ? {} : { size }),
			...(sha256 === undefined ? { pin: true } : { sha256 }),
			...(baseDir === undefined ? {} : { links: [join(baseDir, dir, place)] }),
		}),
	);
	return { name: id, model, repo, requests };
}

/** Everything that could be here: the catalog's entries, and files of the hub that were downloaded by name. */
export async function findAllTargets({
	models,
	store,
	baseDir,
}: Pick<CatalogOptions, "models" | "store" | "baseDir">): Promise<Target[]> {
	const names = await store.names();
	return [
		...models.map((model) => modelTarget(model, baseDir)),
		...names
			.filter((name) => parseHubName(name) !== undefined)
			.map((name) => findTarget(name, { models, baseDir })),
	];
}

/** What a row about a target begins with. */
export function nameOf({ name, model }: Target): {
	name: string;
	unverified?: string;
} {
	const reason = model && whyUnverified(model);
	return { name, ...(reason === undefined ? {} : { unverified: reason }) };
}

function unknown(name: string, models: readonly Model[]): LlorchError {
	if (name.startsWith(HUB_PREFIX))
		return new LlorchError(
			"LLORCH_UNKNOWN_MODEL",
			`${name} does not name a file on the hub`,
			{
				hint: "It is hf:org/repo/path/file, with @REVISION at the end if it is not main.",
			},
		);
	const meant = closest(
		name,
		models.map(({ id }) => id),
	);
	return new LlorchError(
		"LLORCH_UNKNOWN_MODEL",
		`there is no model "${name}"${meant === undefined ? "" : ` (did you mean "${meant}"?)`}`,
		{
			...(name.includes("/")
				? {
						hint: `For a file on the hub, write ${HUB_PREFIX} before org/repo/path/file.`,
					}
				: {}),
			run: ["models", "catalog"],
		},
	);
}
