import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { LlorchError, type Work } from "@llorch/core";
import { followBuild } from "../cargo/follow-build.ts";
import type { Crate } from "../cargo/metadata.ts";
import { cargoHome, cargoRunner } from "../cargo/runner.ts";
import { buildSpec } from "../cargo/specs.ts";
import { chooseBackend } from "../choose-backend.ts";
import { findCrate } from "../find-crate.ts";
import { requireBinary, requireFeatures, workerNames } from "../layout.ts";
import type { Backend } from "../settings.ts";
import type { Surroundings } from "../surroundings.ts";
import { noteUpToDate } from "./stale.ts";

/** A binary that was built, or was up to date. */
export type Built = {
	crate: string;
	binary: string;
	/** Only for workers. */
	backend?: Backend;
	profile: "release" | "debug";
	/** The program, absolute. */
	path: string;
	bytes: number;
	warnings: number;
	/** Compilations and build scripts, those that were up to date included. */
	units: number;
	/** Nothing had to be done. */
	fresh: boolean;
	durationMs: number;
};

export type BuildFlags = {
	debug: boolean;
	/** Relative to the working folder. */
	targetDirectory?: string | undefined;
	signal: AbortSignal;
};

/**
 * Builds the worker of one backend. Throws what `findCrate`, the layout's checks and `followBuild` throw:
 * LLORCH_NO_WORKSPACE, LLORCH_NO_CRATE, LLORCH_TOOLCHAIN_MISMATCH, LLORCH_BUILD_FAILED, LLORCH_CARGO_FAILED,
 * LLORCH_CARGO_NOT_FOUND.
 */
export async function* buildWorker(
	surroundings: Surroundings,
	flags: BuildFlags & { backend?: Backend | undefined },
): Work<Built> {
	const { settings, platform } = surroundings;
	const runner = cargoRunner(surroundings);
	const crate = await findCrate(
		runner,
		{
			root: surroundings.root,
			folder: settings.toolchain.worker_crate,
			what: "worker",
			key: "worker_crate",
		},
		flags.signal,
	);
	const backend = yield* chooseBackend({
		asked: flags.backend,
		settings: settings.build,
		runner: surroundings.runner,
		platform,
		signal: flags.signal,
	});
	const { binary, features } = workerNames(settings.toolchain, backend);
	requireBinary(crate, binary, "worker_binary");
	requireFeatures(crate, features);
	const built = yield* build(surroundings, crate, { binary, features, flags });
	return { ...built, backend };
}

const DAEMONS = {
	orchestrator: "orchestrator",
	"pool-manager": "pool_manager",
} as const;
export type Daemon = keyof typeof DAEMONS;

/** Builds the orchestrator or the pool manager. Throws as `buildWorker` does. */
export async function* buildDaemon(
	surroundings: Surroundings,
	flags: BuildFlags & { daemon: Daemon },
): Work<Built> {
	const { toolchain } = surroundings.settings;
	const key = DAEMONS[flags.daemon];
	const crate = await findCrate(
		cargoRunner(surroundings),
		{
			root: surroundings.root,
			folder: toolchain[`${key}_crate`],
			what: flags.daemon.replace("-", " "),
			key: `${key}_crate`,
		},
		flags.signal,
	);
	const binary = toolchain[`${key}_binary`];
	requireBinary(crate, binary, `${key}_binary`);
	return yield* build(surroundings, crate, { binary, features: "", flags });
}

async function* build(
	surroundings: Surroundings,
	crate: Crate,
	what: { binary: string; features: string; flags: BuildFlags },
): Work<Built> {
	const { clock, pid } = surroundings;
	const { binary, features, flags } = what;
	const startedAt = clock.now();
	const profile = flags.debug ? "debug" : "release";
	const targetDirectory =
		flags.targetDirectory === undefined
			? undefined
			: resolve(surroundings.cwd, flags.targetDirectory);
	const compiled = yield* followBuild({
		runner: cargoRunner(surroundings),
		spec: buildSpec(
			{
				folder: crate.folder,
				features,
				release: !flags.debug,
				targetDirectory,
			},
			binary,
		),
		label: binary,
		locks: {
			targetDirectory: targetDirectory ?? crate.targetDirectory,
			profile,
			cargoHome: cargoHome(surroundings),
			ownPid: pid,
		},
		signal: flags.signal,
	});
	const path = compiled.artifacts.find(
		({ kind, name, test }) => kind === "bin" && name === binary && !test,
	)?.executable;
	if (path === undefined)
		throw new LlorchError(
			"LLORCH_CARGO_FAILED",
			`cargo ended well and named no program for ${binary}`,
		);
	await noteUpToDate(path, clock.now());
	const { warnings, units, fresh } = compiled;
	return {
		crate: crate.name,
		binary,
		profile,
		path,
		bytes: (await stat(path)).size,
		warnings,
		units,
		fresh,
		durationMs: clock.now() - startedAt,
	};
}
