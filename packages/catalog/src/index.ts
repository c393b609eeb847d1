export type { LoadedCatalog } from "./catalog/load.ts";
export type { Model } from "./catalog/model.ts";
export { type Catalog, createCatalog } from "./create-catalog.ts";
export type { ModelsSettings } from "./declarations.ts";
export {
	createHub,
	type Hub,
	type HubOptions,
	parseEndpoint,
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
export { findBaseDir, readCatalog, type Standing } from "./models/places.ts";
export type { ModelState } from "./models/state.ts";
export type { DiskUsage } from "./models/usage.ts";
export type {
	Verifications,
	VerifiedFile,
	VerifiedModel,
} from "./models/verify.ts";
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
