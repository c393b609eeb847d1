import { access, constants, open, stat } from "node:fs/promises";
import { delimiter, resolve } from "node:path";

// What exec() searches when the environment has no PATH (confstr _CS_PATH on Linux and macOS).
const DEFAULT_PATH = "/usr/bin:/bin";
// How much of a file bash looks at to tell a script from a binary.
const SCRIPT_SAMPLE_BYTES = 80;

/** Where and with what a program runs. */
export type Place = {
	/** Absolute. */
	cwd: string;
	/** Everything the program finds in its environment. */
	env: Readonly<Record<string, string>>;
};

/** `refused`: something of that name exists, and it is not a program. */
export type Lookup = { found: string } | { refused: string } | undefined;

/** Where a program is for the given environment and folder, by the rules of execvp(3): an empty part of PATH is the folder itself. */
export async function findProgram(
	file: string,
	{ env, cwd }: Place,
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

/** Where a program is that is text and names no interpreter. */
export async function findPlainScript(
	file: string,
	place: Place,
): Promise<string | undefined> {
	const lookup = await findProgram(file, place);
	if (lookup === undefined || "refused" in lookup) return undefined;
	try {
		const opened = await open(lookup.found);
		try {
			const { buffer, bytesRead } = await opened.read(
				Buffer.alloc(SCRIPT_SAMPLE_BYTES),
			);
			const start = buffer.subarray(0, bytesRead);
			const isScript =
				bytesRead > 0 && !start.includes(0) && !start.includes("#!");
			return isScript ? lookup.found : undefined;
		} finally {
			await opened.close();
		}
	} catch {
		return undefined;
	}
}
