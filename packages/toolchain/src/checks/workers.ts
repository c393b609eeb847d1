import { join, relative } from "node:path";
import { type Check, type Finding, LlorchError } from "@llorch/core";
import { findNewerSource } from "../build/stale.ts";
import type { Crate } from "../cargo/metadata.ts";
import { workerNames } from "../layout.ts";
import { exists } from "../path-exists.ts";
import { BACKENDS } from "../settings.ts";
import type { Surroundings } from "../surroundings.ts";
import { lookForCrate } from "./look-for-crate.ts";

/** Whether the workers that were built are those of the sources. A worker that was never built is no fault. */
export function workersCheck(surroundings: Surroundings): Check {
	const { root, settings } = surroundings;
	return {
		id: "workers",
		title: "built workers",
		timeoutMs: 15_000,
		async run(signal) {
			const crate = await crateOrNothing(surroundings, signal);
			if (crate === undefined) return [];
			const findings: Finding[] = [];
			for (const backend of BACKENDS) {
				const { binary } = workerNames(settings.toolchain, backend);
				const program = join(crate.targetDirectory, "release", binary);
				if (!(await exists(program))) continue;
				const newer = await findNewerSource(program);
				findings.push(
					newer === undefined
						? { level: "ok", text: `${binary} is up to date` }
						: {
								level: "warning",
								text: `${binary} is older than ${relative(root, newer)}`,
								// It changes nothing but the target folder, and may take a long time.
								fix: {
									run: ["llorch", "build", "worker", backend],
									safe: false,
								},
							},
				);
			}
			return findings;
		},
	};
}

/** That there is no such crate here is told by the check of [toolchain]. */
async function crateOrNothing(
	surroundings: Surroundings,
	signal: AbortSignal,
): Promise<Crate | undefined> {
	try {
		return await lookForCrate(surroundings, signal);
	} catch (error) {
		const none =
			error instanceof LlorchError && error.info.code === "LLORCH_NO_CRATE";
		if (none) return undefined;
		throw error;
	}
}
