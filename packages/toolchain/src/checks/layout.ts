import { type Check, type Finding, LlorchError } from "@llorch/core";
import type { Crate } from "../cargo/metadata.ts";
import { cargoRunner } from "../cargo/runner.ts";
import { findCrate } from "../find-crate.ts";
import {
	requireBinary,
	requireFeatures,
	requireTests,
	workerNames,
} from "../layout.ts";
import { BACKENDS } from "../settings.ts";
import type { Surroundings } from "../surroundings.ts";

/** Whether the crates, binaries, features and test targets that `[toolchain]` names exist. A repository without Rust has none. */
export function layoutCheck(surroundings: Surroundings): Check {
	const { toolchain } = surroundings.settings;
	const runner = cargoRunner(surroundings);
	return {
		id: "toolchain",
		title: "[toolchain]",
		timeoutMs: 15_000,
		async run(signal) {
			let crate: Crate;
			try {
				crate = await findCrate(
					runner,
					{
						root: surroundings.root,
						folder: toolchain.worker_crate,
						what: "worker",
						key: "worker_crate",
					},
					signal,
				);
			} catch (error) {
				signal.throwIfAborted();
				return describe(error);
			}
			const looks = [
				...BACKENDS.flatMap((backend) => {
					const { binary, features } = workerNames(toolchain, backend);
					return [
						() => requireBinary(crate, binary, "worker_binary"),
						() => requireFeatures(crate, features),
					];
				}),
				() => requireTests(crate, toolchain.smoke_tests, "smoke_tests"),
				() =>
					requireTests(crate, toolchain.integration_tests, "integration_tests"),
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
	switch (error.info.code) {
		// Another kind of repository, or none; that cargo is missing is doctor's business.
		case "LLORCH_NO_WORKSPACE":
		case "LLORCH_CARGO_NOT_FOUND":
			return [];
		case "LLORCH_NO_CRATE":
			return [{ level: "warning", text: error.message }];
		default:
			return [{ level: "error", text: error.message }];
	}
}
