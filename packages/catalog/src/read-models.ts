import { readFile } from "node:fs/promises";
import { LlorchError } from "@llorch/core";
import type { LoadedCatalog } from "./catalog/load.ts";

/**
 * The models of a catalog file, or the built-in ones. Throws LLORCH_CATALOG_MISSING and LLORCH_CATALOG_INVALID.
 *
 * @param file absolute; absent: the built-in catalog, whose gaps are no news
 * @param shown what messages call the file
 */
export async function readModels(
	file?: string,
	shown = file,
): Promise<LoadedCatalog> {
	if (file === undefined || shown === undefined) {
		const { builtInModels } = await import("./generated/catalog.ts");
		return { models: builtInModels, warnings: [] };
	}
	const text = await readFile(file, "utf8").catch((cause: unknown) => {
		throw new LlorchError(
			"LLORCH_CATALOG_MISSING",
			`the model catalog ${shown} cannot be read`,
			{ run: ["config", "show", "--origin"], cause },
		);
	});
	const { loadCatalog } = await import("./catalog/load.ts");
	return loadCatalog(text, shown);
}
