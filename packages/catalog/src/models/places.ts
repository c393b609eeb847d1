import { isAbsolute } from "node:path";
import { expandPath, showPath } from "@llorch/config";
import type { LoadedCatalog } from "../catalog/load.ts";
import { readModels } from "../read-models.ts";

/** Where we stand. `root`: of the repository, or undefined outside of any. */
export type Standing = { root: string | undefined; cwd: string; home: string };

/** The folder of the links, absolute. None where it is meant relative to a repository, and there is none. */
export function findBaseDir(
	base_dir: string,
	{ root, home }: Standing,
): string | undefined {
	const relative = !isAbsolute(base_dir) && !/^~(?:\/|$)/.test(base_dir);
	if (relative && root === undefined) return undefined;
	return expandPath(base_dir, { home, base: root ?? home });
}

/**
 * The catalog of the settings: a file, relative to the repository (outside of any: to where we stand), or the built-in
 * one. Throws LLORCH_CATALOG_MISSING and LLORCH_CATALOG_INVALID.
 */
export async function readCatalog(
	catalog: string,
	{ root, cwd, home }: Standing,
): Promise<LoadedCatalog> {
	if (catalog === "") return readModels();
	const file = expandPath(catalog, { home, base: root ?? cwd });
	return readModels(file, showPath(file, { cwd, home }));
}
