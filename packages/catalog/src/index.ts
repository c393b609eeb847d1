export { HUB_PREFIX, type HubName, parseHubName } from "./catalog/hub-name.ts";
export { type LoadedCatalog, loadCatalog } from "./catalog/load.ts";
export type { Citations, Model, ModelFile } from "./catalog/model.ts";
export { type Catalog, createCatalog } from "./create-catalog.ts";
export {
	catalogErrors,
	type ModelsSettings,
	modelsSection,
} from "./declarations.ts";
export {
	createHub,
	type Hub,
	type HubOptions,
	readNetwork,
	readToken,
} from "./hub/index.ts";
export { type ModelChecksOptions, modelChecks } from "./models/checks.ts";
export type { Deleted, DeletePlan } from "./models/delete.ts";
export type { DownloadedModel, Downloads } from "./models/download.ts";
export type { ModelInfo } from "./models/info.ts";
export type { CatalogEntry, CatalogListing } from "./models/listing.ts";
export type { DiskListing } from "./models/on-disk.ts";
export type { CatalogOptions } from "./models/options.ts";
export type { ModelPath } from "./models/path.ts";
export type { ModelState } from "./models/state.ts";
export type { DiskUsage } from "./models/usage.ts";
export type {
	Verifications,
	VerifiedFile,
	VerifiedModel,
} from "./models/verify.ts";
export { readModels } from "./read-models.ts";
export {
	createStore,
	type FileRequest,
	type Inspection,
	locateCache,
	type RemovePlan,
	type Store,
	type StoredFile,
	type StoreOptions,
	type StoreUsage,
	type Verification,
} from "./store/index.ts";
