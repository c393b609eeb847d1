import { LlorchError, succeeded } from "@llorch/core";
import type { Crate } from "../cargo/metadata.ts";
import { findCrate } from "../find-crate.ts";
import type { Surroundings } from "../surroundings.ts";
import { ask, lookRunner } from "./ask.ts";

/** The crates that `[toolchain]` names. */
const PARTS = {
	worker: "worker",
	orchestrator: "orchestrator",
	pool_manager: "pool manager",
} as const;
export type Part = keyof typeof PARTS;

/**
 * The crate of a part, for a check. Undefined where a check has nothing to look at: in another kind of repository, or where
 * Rust is missing or does not start, which are findings of other checks. Throws as `findCrate` does.
 */
export async function lookForCrate(
	surroundings: Surroundings,
	part: Part,
	signal: AbortSignal,
): Promise<Crate | undefined> {
	const { root, settings } = surroundings;
	const runner = lookRunner(surroundings);
	try {
		return await findCrate(
			runner,
			{
				root,
				folder: settings.toolchain[`${part}_crate`],
				what: PARTS[part],
				key: `${part}_crate`,
			},
			signal,
		);
	} catch (error) {
		signal.throwIfAborted();
		if (!(error instanceof LlorchError)) throw error;
		switch (error.info.code) {
			case "LLORCH_NO_WORKSPACE":
			case "LLORCH_CARGO_NOT_FOUND":
				return undefined;
			case "LLORCH_CARGO_FAILED": {
				const rustc = await ask(
					runner,
					{ file: "rustc", args: ["--version"], cwd: root },
					signal,
				);
				if (rustc === undefined || !succeeded(rustc.result)) return undefined;
			}
		}
		throw error;
	}
}
