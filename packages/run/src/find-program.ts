import { access, constants, stat } from "node:fs/promises";
import { delimiter, resolve } from "node:path";

// What exec() searches when the environment has no PATH (confstr _CS_PATH on Linux and macOS).
const DEFAULT_PATH = "/usr/bin:/bin";

/** `refused`: something of that name exists, and it is not a program. */
export type Lookup = { found: string } | { refused: string } | undefined;

/** Where a program is for the given environment and folder, by the rules of execvp(3): an empty part of PATH is the folder itself. */
export async function findProgram(
	file: string,
	env: Readonly<Record<string, string | undefined>>,
	cwd: string,
): Promise<Lookup> {
	if (file === "") return undefined;
	const folders = file.includes("/")
		? [cwd]
		: (env.PATH ?? DEFAULT_PATH).split(delimiter);
	let refused: string | undefined;
	for (const folder of folders) {
		const candidate = resolve(cwd, folder, file);
		const kind = await look(candidate);
		if (kind === "program") return { found: candidate };
		if (kind === "other") refused ??= candidate;
	}
	return refused === undefined ? undefined : { refused };
}

async function look(path: string): Promise<"program" | "other" | "nothing"> {
	try {
		if (!(await stat(path)).isFile()) return "other";
	} catch {
		return "nothing";
	}
	try {
		await access(path, constants.X_OK);
		return "program";
	} catch {
		return "other";
	}
}
