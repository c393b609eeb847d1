export { locateCache } from "./cache-location.ts";
export { createStore } from "./create-store.ts";
export { storeErrors } from "./errors.ts";
export type {
	FileRequest,
	Inspection,
	LinkState,
	Removed,
	RemovePlan,
	Store,
	StoredFile,
	StoreOptions,
	StorePaths,
	StoreUsage,
	Verification,
} from "./types.ts";
