import { realpath } from "node:fs/promises";
import { join, relative } from "node:path";
import { type CommandRunner, closest, LlorchError } from "@llorch/core";
import { type Crate, readCrates } from "./cargo/metadata.ts";
import { exists } from "./path-exists.ts";

/** Where a crate is looked for, and how it is spoken of. */
export type CrateRequest = {
	root: string;
	/** Relative to `root`. */
	folder: string;
	/** `orchestrator`: for "this repository has no orchestrator". */
	what: string;
	/** The key of `[toolchain]` that names the folder. */
	key: string;
};

/**
 * The crate in a folder of the repository. Throws LLORCH_NO_CRATE where there is none, LLORCH_NO_WORKSPACE where the
 * repository has no Rust at all, and LLORCH_CARGO_FAILED for a manifest that cargo cannot read.
 */
export async function findCrate(
	runner: CommandRunner,
	request: CrateRequest,
	signal: AbortSignal,
): Promise<Crate> {
	const folder = join(request.root, request.folder);
	const manifest = join(folder, "Cargo.toml");
	if (!(await exists(manifest))) throw await missing(runner, request, signal);
	const crates = await readCrates(runner, manifest, signal);
	const real = await realpath(folder);
	const crate = crates.find((each) => each.folder === real);
	if (crate !== undefined) return crate;
	throw new LlorchError(
		"LLORCH_NO_CRATE",
		`${manifest} is a workspace, and no crate: toolchain.${request.key} must name the folder of the ${request.what}`,
		{
			hint: listFolders(request.root, crates),
			run: ["config", "show"],
			details: { folder: request.folder },
		},
	);
}

async function missing(
	runner: CommandRunner,
	request: CrateRequest,
	signal: AbortSignal,
): Promise<LlorchError> {
	const { root, folder, what, key } = request;
	const manifest = join(root, "Cargo.toml");
	if (!(await exists(manifest)))
		return new LlorchError(
			"LLORCH_NO_WORKSPACE",
			`there is no Cargo.toml in ${root}`,
			{
				hint: "Go to the repository, or name it with --cwd or general.repo_root.",
				details: { root },
			},
		);
	const crates = await readCrates(runner, manifest, signal);
	const folders = crates.map((crate) => relative(root, crate.folder));
	const near = closest(folder, folders);
	return new LlorchError(
		"LLORCH_NO_CRATE",
		`this repository has no ${what}: there is no crate in ${folder}${near === undefined ? "" : ` (did you mean ${near}?)`}`,
		{
			hint: `${listFolders(root, crates)} toolchain.${key} says where the ${what} is.`,
			details: { folder, crates: folders },
		},
	);
}

function listFolders(root: string, crates: readonly Crate[]): string {
	const folders = crates.map(({ folder }) => relative(root, folder) || ".");
	return folders.length === 0
		? "cargo knows of no crate here."
		: `cargo knows of ${folders.join(", ")}.`;
}
