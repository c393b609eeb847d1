import { join } from "node:path";
import { LlorchError, type Work } from "@llorch/core";
import { findNewerSource } from "../build/stale.ts";
import { findPrograms } from "../cargo/profile-folders.ts";
import { cargoRunner } from "../cargo/runner.ts";
import { findCrate } from "../find-crate.ts";
import { workerNames } from "../layout.ts";
import type { Backend } from "../settings.ts";
import type { Surroundings } from "../surroundings.ts";

/** The built worker of a backend, with a warning when it is older than its sources. Throws LLORCH_WORKER_NOT_BUILT and what `findCrate` throws. */
export async function* findWorker(
	surroundings: Surroundings,
	backend: Backend,
	signal: AbortSignal,
): Work<string> {
	const { toolchain } = surroundings.settings;
	const crate = await findCrate(
		cargoRunner(surroundings),
		{
			root: surroundings.root,
			folder: toolchain.worker_crate,
			what: "worker",
			key: "worker_crate",
		},
		signal,
	);
	const { binary } = workerNames(toolchain, backend);
	const [program] = await findPrograms(
		crate.targetDirectory,
		"release",
		binary,
	);
	if (program === undefined) {
		const path = join(crate.targetDirectory, "release", binary);
		throw new LlorchError(
			"LLORCH_WORKER_NOT_BUILT",
			`the worker for ${backend} has not been built: there is no ${path}`,
			{ run: ["build", "worker", backend], details: { path } },
		);
	}
	const newer = await findNewerSource(program, crate);
	if (newer !== undefined)
		yield {
			type: "note",
			level: "warn",
			text: `${binary} is older than ${newer}: llorch build worker ${backend} makes it new`,
		};
	return program;
}
