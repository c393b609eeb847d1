import { spawnSync } from "node:child_process";
import { accessSync, constants, readdirSync, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";

/** A real outside program or Python module that a test may need. Any other word is looked up as a program's name. */
export type Part =
	| "cargo"
	| "curl"
	| "git"
	| "hf"
	| "llm"
	| "llm-echo"
	| "openssl"
	| "python3"
	| "ssh"
	| "sshd"
	| "xllamacpp"
	| (string & {});

export const repositoryRoot = resolve(import.meta.dirname, "../../..");

/** The private Python environment that `quickstart` makes: the real `llm`, `hf` and `xllamacpp` live here. */
export const venv = join(repositoryRoot, ".cache", "venv");

/** Python modules have no program of their own: the part is there when the module is, and its path is the program to run it with. */
const MODULES: Readonly<Record<string, { module: string; program: string }>> = {
	"llm-echo": { module: "llm_echo.py", program: "llm" },
	xllamacpp: { module: "xllamacpp", program: "python" },
};

/** Programs that not every machine permits what tests do with them: tried once, in a namespace. */
const TRIALS: Readonly<Record<string, readonly string[]>> = {
	mount: ["--mount", "mount", "-t", "tmpfs", "none", "/tmp"],
	nft: ["--net", "nft", "list", "tables"],
	sshd: ["--mount", "--pid", "--fork", "true"],
};
const permitted = new Map<Part, boolean>();

function isPermitted(part: Part): boolean {
	const trial = TRIALS[part];
	if (trial === undefined) return true;
	const known = permitted.get(part) ?? spawnSync("unshare", trial).status === 0;
	permitted.set(part, known);
	return known;
}

/** Absolute path of a part, or undefined when this machine has none or does not permit it. The private environment goes before PATH. */
export function findPart(part: Part): string | undefined {
	const module = MODULES[part];
	if (module !== undefined)
		return hasModule(module.module)
			? findPart(join(venv, "bin", module.program))
			: undefined;
	if (part.startsWith("/")) return isProgram(part) ? part : undefined;
	// Debian keeps sshd and nginx where a user's PATH does not look.
	const folders = [
		join(venv, "bin"),
		...(process.env.PATH ?? "").split(delimiter),
		"/usr/sbin",
		"/usr/local/sbin",
	];
	return folders
		.filter((folder) => folder !== "")
		.map((folder) => join(folder, part))
		.find((path) => isProgram(path) && isPermitted(part));
}

/** Absolute path of a part. Throws a plain `Error` naming it when it is missing. */
export function realPart(part: Part): string {
	const found = findPart(part);
	if (found === undefined) throw new Error(missingText([part]));
	return found;
}

export function missingText(missing: readonly Part[]): string {
	return `needs ${missing.join(", ")}: not in ${join(venv, "bin")} nor on PATH, or not permitted here`;
}

function isProgram(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return statSync(path).isFile();
	} catch {
		return false;
	}
}

function hasModule(name: string): boolean {
	try {
		return readdirSync(join(venv, "lib")).some((python) =>
			exists(join(venv, "lib", python, "site-packages", name)),
		);
	} catch {
		return false;
	}
}

function exists(path: string): boolean {
	try {
		statSync(path);
		return true;
	} catch {
		return false;
	}
}
