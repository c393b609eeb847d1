import { dirname } from "node:path";
import {
	type CommandRunner,
	capture,
	LlorchError,
	redact,
	succeeded,
} from "@llorch/core";
import { metadataSpec } from "./specs.ts";

/** One thing of a crate that cargo can build. */
export type CrateTarget = {
	name: string;
	/** `lib`, `bin`, `test`, `example`, `bench`, `custom-build`, … */
	kind: string;
};

/** A crate, and the workspace it belongs to, as cargo sees them. */
export type Crate = {
	name: string;
	folder: string;
	features: readonly string[];
	targets: readonly CrateTarget[];
	workspaceRoot: string;
	targetDirectory: string;
};

type RawMetadata = {
	workspace_root: string;
	target_directory: string;
	packages: {
		name: string;
		manifest_path: string;
		features: Record<string, unknown>;
		targets: { name: string; kind: string[] }[];
	}[];
};

/**
 * The crates of the workspace that a manifest belongs to. Needs no network.
 * Throws LLORCH_CARGO_FAILED when cargo cannot read it, with cargo's reason.
 */
export async function readCrates(
	runner: CommandRunner,
	manifest: string,
	signal: AbortSignal,
): Promise<Crate[]> {
	const run = await capture(runner, metadataSpec(manifest), { signal });
	signal.throwIfAborted();
	if (!succeeded(run.result)) {
		const reason = run.stderr.trim().replace(/^error: /, "");
		throw new LlorchError(
			"LLORCH_CARGO_FAILED",
			`cargo cannot read ${manifest}: ${redact(reason)}`,
			{ details: { manifest } },
		);
	}
	const raw = JSON.parse(run.stdout) as RawMetadata;
	return raw.packages.map(({ name, manifest_path, features, targets }) => ({
		name,
		folder: dirname(manifest_path),
		features: Object.keys(features),
		targets: targets.map((target) => ({
			name: target.name,
			kind: target.kind[0] ?? "",
		})),
		workspaceRoot: raw.workspace_root,
		targetDirectory: raw.target_directory,
	}));
}
