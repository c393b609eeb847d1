export { locateCache } from "./cache-location.ts";
export { createStore } from "./create-store.ts";
export type {
	FileRequest,
	Inspection,
	RemovePlan,
	Store,
	StoredFile,
	StoreOptions,
	StoreUsage,
	Verification,
} from "./types.ts";
