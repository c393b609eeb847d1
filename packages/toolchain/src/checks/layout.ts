import { type Check, type Finding, LlorchError } from "@llorch/core";
import type { Crate } from "../cargo/metadata.ts";
import {
	requireBinary,
	requireFeatures,
	requireTests,
	workerNames,
} from "../layout.ts";
import { BACKENDS } from "../settings.ts";
import type { Surroundings } from "../surroundings.ts";
import { lookForCrate } from "./look-for-crate.ts";

/** Whether the crates, binaries, features and test targets that `[toolchain]` names exist. A repository without Rust has none. */
export function layoutCheck(surroundings: Surroundings): Check {
	const { toolchain } = surroundings.settings;
	return {
		id: "toolchain",
		title: "[toolchain]",
		timeoutMs: 15_000,
		async run(signal) {
			let crate: Crate | undefined;
			try {
				crate = await lookForCrate(surroundings, "worker", signal);
			} catch (error) {
				signal.throwIfAborted();
				return describe(error);
			}
			if (crate === undefined) return [];
			const found = crate;
			const looks = [
				...BACKENDS.flatMap((backend) => {
					const { binary, features } = workerNames(toolchain, backend);
					return [
						() => requireBinary(found, binary, "worker_binary"),
						() => requireFeatures(found, features),
					];
				}),
				() => requireTests(found, toolchain.smoke_tests, "smoke_tests"),
				() =>
					requireTests(found, toolchain.integration_tests, "integration_tests"),
			];
			const findings = looks.flatMap(complaints);
			return findings.length > 0
				? findings
				: [{ level: "ok", text: `the worker is ${toolchain.worker_crate}` }];
		},
	};
}

function complaints(look: () => void): Finding[] {
	try {
		look();
		return [];
	} catch (error) {
		if (!(error instanceof LlorchError)) throw error;
		return [
			{
				level: "error",
				text: error.message,
				fix: {
					run: ["llorch", "config", "show", "toolchain", "--origin"],
					safe: false,
				},
			},
		];
	}
}

function describe(error: unknown): Finding[] {
	if (!(error instanceof LlorchError)) throw error;
	const level = error.info.code === "LLORCH_NO_CRATE" ? "warning" : "error";
	return [{ level, text: error.message }];
}
