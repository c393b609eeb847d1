import type { HubFile } from "../hub/types.ts";
import type { Expected } from "./expected.ts";

/** A file as the hub describes it now, and what it must be by all who have said something. */
export type HubAnswer = {
	file: HubFile & { size: number };
	/** Name of the blob. */
	blob: string;
	expected: Expected & { size: number };
};
