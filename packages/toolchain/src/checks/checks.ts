import type { Check } from "@llorch/core";
import type { Surroundings } from "../surroundings.ts";
import { cudaCheck } from "./cuda.ts";
import { rustVersionCheck } from "./rust-version.ts";
import { workersCheck } from "./workers.ts";

/** What doctor looks at for building and testing workers. */
export function toolchainChecks(surroundings: Surroundings): readonly Check[] {
	return [
		rustVersionCheck(surroundings),
		cudaCheck(surroundings),
		workersCheck(surroundings),
	];
}
