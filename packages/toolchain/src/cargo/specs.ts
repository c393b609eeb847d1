import type { RunSpec } from "@llorch/core";

/** Which part of a workspace a cargo command is about. */
export type CargoTarget = {
	/** The crate's folder: where cargo runs, as a person would do it. */
	folder: string;
	features: string;
	release: boolean;
	/** Instead of the workspace's own. Absolute. */
	targetDirectory?: string | undefined;
};

// `always` demands a width. The bar is read, not shown: wide enough that no name is cut off.
const READABLE = {
	CARGO_TERM_PROGRESS_WHEN: "always",
	CARGO_TERM_PROGRESS_WIDTH: "300",
	CARGO_TERM_COLOR: "never",
	CARGO_TERM_VERBOSE: "false",
	CARGO_TERM_QUIET: "false",
};
const MESSAGES = "--message-format=json-render-diagnostics";

export function metadataSpec(manifest: string): RunSpec {
	return {
		file: "cargo",
		// `--no-deps` needs no registry, and so no network.
		args: [
			"metadata",
			"--format-version=1",
			"--no-deps",
			"--manifest-path",
			manifest,
		],
		env: { CARGO_TERM_COLOR: "never" },
	};
}

export function buildSpec(target: CargoTarget, binary: string): RunSpec {
	return {
		file: "cargo",
		args: ["build", ...flags(target), "--bin", binary, MESSAGES],
		cwd: target.folder,
		env: READABLE,
	};
}

/** Compiles tests without running them. `selection` are cargo's own flags: `--lib`, `--test`, …; none: everything. */
export function compileTestsSpec(
	target: CargoTarget,
	selection: readonly string[],
	extra: readonly string[],
): RunSpec {
	return {
		file: "cargo",
		args: [
			"test",
			...flags(target),
			...selection,
			...extra,
			"--no-run",
			MESSAGES,
		],
		cwd: target.folder,
		env: READABLE,
	};
}

/** Runs the tests of one target, compiled before. */
export function runTestsSpec(
	target: CargoTarget,
	selection: readonly string[],
	extra: readonly string[],
	libtestWords: readonly string[],
): RunSpec {
	return {
		file: "cargo",
		args: [
			"test",
			...flags(target),
			...selection,
			...extra,
			...(libtestWords.length === 0 ? [] : ["--", ...libtestWords]),
		],
		cwd: target.folder,
		env: { CARGO_TERM_PROGRESS_WHEN: "never", CARGO_TERM_COLOR: "never" },
	};
}

export function cleanSpec(folder: string, ...flags: string[]): RunSpec {
	return {
		file: "cargo",
		args: ["clean", ...flags],
		cwd: folder,
		env: { CARGO_TERM_PROGRESS_WHEN: "never", CARGO_TERM_COLOR: "never" },
	};
}

function flags(target: CargoTarget): string[] {
	return [
		...(target.release ? ["--release"] : []),
		...(target.features === "" ? [] : ["--features", target.features]),
		...(target.targetDirectory === undefined
			? []
			: ["--target-dir", target.targetDirectory]),
	];
}
