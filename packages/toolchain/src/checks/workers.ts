import { relative } from "node:path";
import { type Check, type Finding, LlorchError } from "@llorch/core";
import { findNewerSource } from "../build/stale.ts";
import type { Crate } from "../cargo/metadata.ts";
import { findPrograms } from "../cargo/profile-folders.ts";
import { workerNames } from "../layout.ts";
import { BACKENDS, type ToolchainSettings } from "../settings.ts";
import type { Surroundings } from "../surroundings.ts";
import { lookForCrate, type Part } from "./look-for-crate.ts";

/** Whether the programs that were built are those of the sources. One that was never built is no fault. */
export function workersCheck(surroundings: Surroundings): Check {
	const { toolchain } = surroundings.settings;
	return {
		id: "workers",
		title: "built programs",
		timeoutMs: 15_000,
		async run(signal) {
			const parts = listPrograms(toolchain).map(async ([part, programs]) => {
				const crate = await crateOrNothing(surroundings, part, signal);
				if (crate === undefined) return [];
				const findings = programs.flatMap((program) =>
					(["release", "debug"] as const).map((profile) =>
						look(surroundings.root, crate, program, profile),
					),
				);
				return (await Promise.all(findings)).flat();
			});
			return (await Promise.all(parts)).flat();
		},
	};
}

/** A program, and the words behind `llorch build` that make it. */
type Program = { binary: string; words: readonly string[] };

function listPrograms(toolchain: ToolchainSettings): [Part, Program[]][] {
	const workers = BACKENDS.map((backend) => ({
		binary: workerNames(toolchain, backend).binary,
		words: ["worker", backend],
	}));
	const { orchestrator_binary, pool_manager_binary } = toolchain;
	return [
		["worker", workers],
		[
			"orchestrator",
			[{ binary: orchestrator_binary, words: ["orchestrator"] }],
		],
		[
			"pool_manager",
			[{ binary: pool_manager_binary, words: ["pool-manager"] }],
		],
	];
}

async function look(
	root: string,
	crate: Crate,
	{ binary, words }: Program,
	profile: "release" | "debug",
): Promise<Finding[]> {
	const [program] = await findPrograms(crate.targetDirectory, profile, binary);
	if (program === undefined) return [];
	const name = profile === "debug" ? `${binary} (debug)` : binary;
	const newer = await findNewerSource(program, crate);
	if (newer === undefined)
		return [{ level: "ok", text: `${name} is up to date` }];
	const debug = profile === "debug" ? ["--debug"] : [];
	return [
		{
			level: "warning",
			text: `${name} is older than ${relative(root, newer)}`,
			// It changes nothing but the target folder, and may take a long time.
			fix: { run: ["llorch", "build", ...words, ...debug], safe: false },
		},
	];
}

/** That there is no such crate here is told by the check of [toolchain]. */
async function crateOrNothing(
	surroundings: Surroundings,
	part: Part,
	signal: AbortSignal,
): Promise<Crate | undefined> {
	try {
		return await lookForCrate(surroundings, part, signal);
	} catch (error) {
		const none =
			error instanceof LlorchError && error.info.code === "LLORCH_NO_CRATE";
		if (none) return undefined;
		throw error;
	}
}
