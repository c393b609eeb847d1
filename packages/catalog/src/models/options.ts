import type { Clock } from "@llorch/core";
import type { Model } from "../catalog/model.ts";
import type { Store } from "../store/types.ts";

export type CatalogOptions = {
	/** What there is: the built-in models, or those of a file (`readModels`). */
	models: readonly Model[];
	/** What the reader of that file should know of it. */
	warnings?: readonly string[];
	store: Store;
	/** Where licences are to be read: the hub's address, without a slash at the end. */
	endpoint: string;
	/** The folder of the links, absolute. Absent: no links, as outside of any repository. */
	baseDir?: string | undefined;
	/** Files downloaded at once. Default 2. */
	parallel?: number;
	clock: Clock;
};

/** The end of every long use case's parameters. */
export type Cancel = { signal: AbortSignal };
