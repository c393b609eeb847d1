import { loadCatalog } from "./load.ts";

/**
 * The module that carries the catalog in the program, so that no TOML is parsed at run time. Throws
 * LLORCH_CATALOG_INVALID when the text is not a good catalog.
 */
export function generateCatalogModule(text: string): string {
	const { models } = loadCatalog(text, "catalog.toml");
	return [
		"// Made from catalog.toml by `pnpm run docs:gen`.",
		'import type { Model } from "../catalog/model.ts";',
		"",
		`export const builtInModels: readonly Model[] = ${JSON.stringify(models, null, "\t")};`,
		"",
	].join("\n");
}
