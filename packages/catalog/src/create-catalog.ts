import type { Work } from "@llorch/core";
import {
	applyDelete,
	type Deleted,
	type DeletePlan,
	planDelete,
} from "./models/delete.ts";
import { type Downloads, downloadModels } from "./models/download.ts";
import { describeTarget, type ModelInfo } from "./models/info.ts";
import { type CatalogListing, listCatalog } from "./models/listing.ts";
import { type DiskListing, listOnDisk } from "./models/on-disk.ts";
import type { Cancel, CatalogOptions } from "./models/options.ts";
import { findPath, type ModelPath } from "./models/path.ts";
import { type DiskUsage, measureUsage } from "./models/usage.ts";
import { type Verifications, verifyModels } from "./models/verify.ts";

/** Models: what there is, what is here, and getting, checking and deleting it. A name is an id or `hf:org/repo/file[@revision]`. */
export type Catalog = {
	/** Every id with what it is, for completion. Reads nothing. */
	ids(): { id: string; name: string }[];
	catalog(): Promise<CatalogListing>;
	list(options?: { name?: string | undefined }): Promise<DiskListing>;
	info(name: string): Promise<ModelInfo>;
	path(options: { name: string } & Cancel): Work<ModelPath>;
	/** `all` stands for every entry of the catalog. */
	download(
		options: { names: readonly string[]; all?: boolean } & Cancel,
	): Work<Downloads>;
	/** `all` stands for every entry that is here. */
	verify(
		options: { names: readonly string[]; all?: boolean } & Cancel,
	): Work<Verifications>;
	planDelete(names: readonly string[]): Promise<DeletePlan>;
	applyDelete(plan: DeletePlan): Promise<Deleted>;
	diskUsage(): Promise<DiskUsage>;
};

export function createCatalog(options: CatalogOptions): Catalog {
	const ids = () => options.models.map(({ id, name }) => ({ id, name }));
	return {
		ids,
		catalog: () => listCatalog(options),
		list: (filter) => listOnDisk(options, filter),
		info: (name) => describeTarget(options, name),
		path: (wanted) => findPath(options, wanted),
		download: ({ names, all = false, signal }) =>
			downloadModels(options, {
				names: all ? ids().map(({ id }) => id) : names,
				signal,
			}),
		verify: ({ names, all = false, signal }) =>
			verifyModels(options, { names: all ? undefined : names, signal }),
		planDelete: (names) => planDelete(options, names),
		applyDelete: (plan) => applyDelete(options, plan),
		diskUsage: () => measureUsage(options),
	};
}
