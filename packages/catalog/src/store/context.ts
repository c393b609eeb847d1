import type { Clock } from "@llorch/core";
import type { Hub } from "../hub/types.ts";
import type { Memory } from "./find-file.ts";
import type { HubAnswer } from "./hub-answer.ts";
import type { PlacedFiles } from "./placed.ts";

/** What the store's use cases work with. */
export type StoreContext = Memory & {
	placed: PlacedFiles;
	hub: () => Promise<Hub>;
	clock: Clock;
	attempts: number;
	/** What the hub was asked ahead of a download, which need not ask again. */
	foreseen: Map<string, HubAnswer>;
};
