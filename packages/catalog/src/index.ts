export { generateCatalogModule } from "./catalog/generate.ts";
export { type LoadedCatalog, loadCatalog } from "./catalog/load.ts";
export type { Citations, Model, ModelFile } from "./catalog/model.ts";
export {
	catalogErrors,
	type ModelsSettings,
	modelsSection,
} from "./declarations.ts";
