import { delimiter, join } from "node:path";
import { LlorchError, type RunSpec } from "@llorch/core";
import { isThere } from "./is-there.ts";
import { mainComplaint } from "./run-git.ts";

/** What the door for ordinary commands needs. */
export type OrdinaryDoor = {
	env: Readonly<Record<string, string | undefined>>;
	signal: AbortSignal;
	/** Told each command line just before it runs. */
	onCommand?: ((spec: RunSpec) => void) | undefined;
};

/** Where git finds its own configuration: the reader's choice, and harmless. Everything else of git's variables stays out. */
const CONFIG_PLACES = [
	"GIT_CONFIG_GLOBAL",
	"GIT_CONFIG_SYSTEM",
	"GIT_CONFIG_NOSYSTEM",
	"GIT_CEILING_DIRECTORIES",
] as const;

/**
 * Runs an ordinary command, one that needs no network and no bytes, through simple-git with its safety rules on: it refuses
 * options and variables that would make git run other programs. Throws LLORCH_GIT_FAILED, LLORCH_PROGRAM_NOT_FOUND, and the signal's reason.
 */
export async function ordinaryGit(
	{ env, signal, onCommand }: OrdinaryDoor,
	root: string,
	args: readonly string[],
): Promise<string> {
	signal.throwIfAborted();
	await refuseWithoutGit(env.PATH);
	const { GitError, simpleGit } = await import("simple-git");
	const client = simpleGit({
		baseDir: root,
		abort: signal,
		allowEnvironment: CONFIG_PLACES,
		unsafe: { allowUnsafeConfigPaths: true },
	})
		.env({ ...withoutGuarded(env), LC_ALL: "C" })
		.outputHandler((file) => onCommand?.({ file, args, cwd: root }));
	try {
		return await client.raw([...args]);
	} catch (error) {
		signal.throwIfAborted();
		if (!(error instanceof GitError)) throw error;
		throw new LlorchError(
			"LLORCH_GIT_FAILED",
			`git ${args[0]} failed in ${root}: ${mainComplaint(error.message)}`,
			{ details: { args: [...args], folder: root, stderr: error.message } },
		);
	}
}

/** simple-git would only say so in a stack trace. */
async function refuseWithoutGit(path = ""): Promise<void> {
	for (const folder of path.split(delimiter))
		if (await isThere(join(folder, "git"))) return;
	throw new LlorchError(
		"LLORCH_PROGRAM_NOT_FOUND",
		"the program git was not found in any folder of PATH",
		{ details: { file: "git", path } },
	);
}

function withoutGuarded(
	env: OrdinaryDoor["env"],
): Record<string, string | undefined> {
	const places: readonly string[] = CONFIG_PLACES;
	// What a command line tool needs of the environment to run git at all; simple-git would refuse editors, pagers and the like.
	const kept = ["PATH", "HOME", "XDG_CONFIG_HOME", "TMPDIR", "TZ", ...places];
	return Object.fromEntries(
		kept.flatMap((name) =>
			env[name] === undefined ? [] : [[name, env[name]]],
		),
	);
}
