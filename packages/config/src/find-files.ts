import { access, readFile, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { hasCode, xdgFolder } from "@llorch/core";
import type { Environment } from "./overrides.ts";
import { expandPath } from "./paths.ts";
import type { FileKind } from "./places.ts";

/** The name of a project's file. */
export const PROJECT_FILE = ".llorch.toml";

/** A place where a file may be, and what was found there. */
export type Candidate = {
	path: string;
	kind: FileKind;
	/** Absent: there is none. */
	bytes?: Uint8Array;
	/** Why it could not be read. */
	error?: Error;
	/** What named it: `--config` or `LLORCH_CONFIG_PATH`. Then it must exist. */
	namedBy?: string;
};

/** Where to look. `cwd` and `home` are absolute. */
export type Surroundings = {
	env: Environment;
	cwd: string;
	home: string;
	/** The value of `--config`: stands in the project file's place. */
	configFile?: string | undefined;
};

/**
 * The root of the repository around a folder: the first one upwards that holds `.git`, which is a file in worktrees. In a submodule
 * it is the root of the repository that has the submodule.
 */
export async function findRepositoryRoot(
	cwd: string,
): Promise<string | undefined> {
	let root: string | undefined;
	for (const folder of foldersUp(cwd)) {
		const dotGit = join(folder, ".git");
		if (!(await exists(dotGit))) continue;
		root = folder;
		if (!(await isOfSubmodule(dotGit))) break;
	}
	return root;
}

/** gitrepository-layout(5): a submodule's `.git` leads to `modules/` in the outer repository's, or in that of a worktree of it. */
async function isOfSubmodule(dotGit: string): Promise<boolean> {
	// A folder cannot be read so, and is no submodule's.
	const text = await readFile(dotGit, "utf8").catch(() => "");
	return /^gitdir: .*\/\.git\/(worktrees\/[^/]+\/)?modules\//.test(text);
}

/** The user's file: in `$XDG_CONFIG_HOME`, or `~/.config` where that is not set. */
export function userFile({
	env,
	home,
}: Pick<Surroundings, "env" | "home">): string {
	return join(xdgFolder("CONFIG", { env, home }), "llorch", "config.toml");
}

/** Reads every file that counts, the strongest first. Never fails: what could not be read says why. */
export async function readFiles(
	surroundings: Surroundings,
	repositoryRoot: string | undefined,
): Promise<Candidate[]> {
	const user = read({ path: userFile(surroundings), kind: "user" });
	const named = nameFile(surroundings);
	const first = await (named === undefined
		? readProjectFile(surroundings.cwd, repositoryRoot)
		: read(named));
	const second = await user;
	return first.path === second.path ? [first] : [first, second];
}

function nameFile({
	env,
	cwd,
	home,
	configFile,
}: Surroundings): Candidate | undefined {
	const given = configFile ?? env.LLORCH_CONFIG_PATH;
	if (!given) return undefined;
	return {
		path: expandPath(given, { home, base: cwd }),
		kind: "file",
		namedBy: configFile === undefined ? "LLORCH_CONFIG_PATH" : "--config",
	};
}

/** The nearest one from `cwd` up to the repository's root; outside of a repository only `cwd` itself. */
async function readProjectFile(
	cwd: string,
	repositoryRoot: string | undefined,
): Promise<Candidate> {
	const root = repositoryRoot ?? resolve(cwd);
	for (const folder of foldersUp(cwd)) {
		const found = await read({
			path: join(folder, PROJECT_FILE),
			kind: "project",
		});
		if (found.bytes !== undefined || found.error !== undefined) return found;
		if (folder === root) break;
	}
	return { path: join(root, PROJECT_FILE), kind: "project" };
}

function* foldersUp(from: string): Generator<string> {
	let folder = resolve(from);
	for (;;) {
		yield folder;
		const parent = dirname(folder);
		if (parent === folder) return;
		folder = parent;
	}
}

async function read(candidate: Candidate): Promise<Candidate> {
	try {
		const stats = await stat(candidate.path);
		// Reading a pipe that nobody writes to never ends. What a shell makes of `<(…)` is a pipe too, in a folder of the system.
		if (stats.isDirectory()) throw new Error("it is a folder");
		if (stats.isFIFO() && !/^\/(dev|proc)\//.test(candidate.path))
			throw new Error("it is a named pipe");
		return { ...candidate, bytes: await readFile(candidate.path) };
	} catch (error) {
		if (hasCode(error, "ENOENT", "ENOTDIR")) return candidate;
		return { ...candidate, error: error as Error };
	}
}

async function exists(path: string): Promise<boolean> {
	return access(path).then(
		() => true,
		() => false,
	);
}
