import { closest, LlorchError } from "@llorch/core";
import type { Crate } from "./cargo/metadata.ts";
import type { Backend, ToolchainSettings } from "./settings.ts";

/** What `[toolchain]` says about the worker of one backend. */
export type WorkerNames = { binary: string; features: string };

export function workerNames(
	settings: ToolchainSettings,
	backend: Backend,
): WorkerNames {
	const fill = (pattern: string) => pattern.replaceAll("{backend}", backend);
	return {
		binary: fill(settings.worker_binary),
		features: fill(settings.worker_feature),
	};
}

/** Throws LLORCH_TOOLCHAIN_MISMATCH unless the crate has the binary. */
export function requireBinary(crate: Crate, name: string, key: string): void {
	requireName(crate, { name, key, what: "binary" }, targetsOf(crate, "bin"));
}

/** Throws LLORCH_TOOLCHAIN_MISMATCH unless the crate has every feature of a comma-separated list. */
export function requireFeatures(crate: Crate, features: string): void {
	for (const name of features.split(",").map((feature) => feature.trim())) {
		// `other-crate/feature` is cargo's to judge.
		if (name === "" || name.includes("/")) continue;
		requireName(
			crate,
			{ name, key: "worker_feature", what: "feature" },
			crate.features,
		);
	}
}

/** Throws LLORCH_TOOLCHAIN_MISMATCH unless the crate has these test targets. */
export function requireTests(
	crate: Crate,
	names: readonly string[],
	key: string,
): void {
	for (const name of names)
		requireName(
			crate,
			{ name, key, what: "test target" },
			targetsOf(crate, "test"),
		);
}

function targetsOf(crate: Crate, kind: string): string[] {
	return crate.targets
		.filter((target) => target.kind === kind)
		.map(({ name }) => name);
}

function requireName(
	crate: Crate,
	wanted: { name: string; key: string; what: string },
	known: readonly string[],
): void {
	const { name, key, what } = wanted;
	if (known.includes(name)) return;
	const near = closest(name, known);
	throw new LlorchError(
		"LLORCH_TOOLCHAIN_MISMATCH",
		`toolchain.${key} names the ${what} ${name}, and the crate ${crate.name} has none of that name${near === undefined ? "" : ` (did you mean ${near}?)`}`,
		{
			hint:
				known.length === 0
					? `${crate.name} has no ${what} at all.`
					: `${crate.name} has: ${known.join(", ")}.`,
			run: ["config", "show", "--origin"],
			details: { key: `toolchain.${key}`, name, known: [...known] },
		},
	);
}
