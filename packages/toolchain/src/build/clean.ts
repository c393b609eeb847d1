import { readdir } from "node:fs/promises";
import { join } from "node:path";
import {
	capture,
	LlorchError,
	type RunSpec,
	redact,
	succeeded,
} from "@llorch/core";
import { readCrates } from "../cargo/metadata.ts";
import { cargoRunner } from "../cargo/runner.ts";
import { cleanSpec } from "../cargo/specs.ts";
import { findCrate } from "../find-crate.ts";
import { exists } from "../path-exists.ts";
import type { Surroundings } from "../surroundings.ts";

/** What `cargo clean` would take away. */
export type CleanPlan = {
	/** The folder of everything cargo built. */
	folder: string;
	files: number;
	/** cargo's own words for the size: `4.9MiB`; empty where there is nothing. */
	size: string;
	/** The command that does it. */
	spec: RunSpec;
};

export type Cleaned = Omit<CleanPlan, "spec">;

/**
 * What is there to clean. Throws LLORCH_NO_WORKSPACE, LLORCH_NO_CRATE, LLORCH_CARGO_FAILED, LLORCH_CARGO_NOT_FOUND, and
 * LLORCH_NOT_BUILT_BY_CARGO for a folder that holds something else: cargo 1.95 deletes any that CARGO_TARGET_DIR names.
 */
export async function planClean(
	surroundings: Surroundings,
	signal: AbortSignal,
): Promise<CleanPlan> {
	const { root, targetDirectory } = await findWorkspace(surroundings, signal);
	const plan = { folder: targetDirectory, spec: cleanSpec(root) };
	const names = await readdir(targetDirectory).catch(() => []);
	// cargo writes this one even to find out its own version.
	if (names.every((name) => name === ".rustc_info.json"))
		return { ...plan, files: 0, size: "" };
	if (!(await isCargos(targetDirectory, names)))
		throw new LlorchError(
			"LLORCH_NOT_BUILT_BY_CARGO",
			`${targetDirectory} does not look like a folder that cargo built in, so it is left alone`,
			{
				hint: "CARGO_TARGET_DIR and build.target-dir in cargo's own configuration say which folder it is.",
				details: { folder: targetDirectory },
			},
		);
	const output = await runCargo(
		surroundings,
		cleanSpec(root, "--dry-run"),
		signal,
	);
	return { ...plan, ...readSummary(output) };
}

/** Takes away what cargo built. What cargo itself says about it is the result: another build may have added to it since. */
export async function clean(
	surroundings: Surroundings,
	plan: CleanPlan,
	signal: AbortSignal,
): Promise<Cleaned> {
	const output = await runCargo(surroundings, plan.spec, signal);
	return { folder: plan.folder, ...readSummary(output) };
}

/** `     Removed 41 files, 1.2MiB total`, and in a dry run `     Summary 41 files, 1.2MiB total`. */
export function readSummary(text: string): { files: number; size: string } {
	const found = /^ *(?:Removed|Summary) (\d+) files?(?:, (\S+) total)?/m.exec(
		text,
	);
	return { files: Number(found?.[1] ?? 0), size: found?.[2] ?? "" };
}

/** cargo tags a folder that it made (https://bford.info/cachedir/), and has a lock in every profile's folder in one that was there. */
async function isCargos(
	folder: string,
	names: readonly string[],
): Promise<boolean> {
	if (names.includes("CACHEDIR.TAG")) return true;
	for (const name of names)
		if (await exists(join(folder, name, ".cargo-lock"))) return true;
	return false;
}

async function findWorkspace(
	surroundings: Surroundings,
	signal: AbortSignal,
): Promise<{ root: string; targetDirectory: string }> {
	const { root, settings } = surroundings;
	const runner = cargoRunner(surroundings);
	const manifest = join(root, "Cargo.toml");
	const crate = (await exists(manifest))
		? (await readCrates(runner, manifest, signal))[0]
		: await findCrate(
				runner,
				{
					root,
					folder: settings.toolchain.worker_crate,
					what: "worker",
					key: "worker_crate",
				},
				signal,
			);
	if (crate !== undefined)
		return {
			root: crate.workspaceRoot,
			targetDirectory: crate.targetDirectory,
		};
	throw new LlorchError("LLORCH_NO_CRATE", `${manifest} has no crates`);
}

async function runCargo(
	surroundings: Surroundings,
	spec: RunSpec,
	signal: AbortSignal,
): Promise<string> {
	const run = await capture(cargoRunner(surroundings), spec, { signal });
	signal.throwIfAborted();
	if (succeeded(run.result)) return run.stderr;
	throw new LlorchError(
		"LLORCH_CARGO_FAILED",
		`cargo could not clean: ${redact(run.stderr.trim().replace(/^error: /, ""))}`,
	);
}
