import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./paths.ts";

const REQUIREMENTS = join(root, "scripts", "requirements.txt");
const HINT =
	"Debian, Ubuntu: apt install python3 python3-venv · Fedora: dnf install python3 · macOS: brew install python";

/** The folder with the private Python environment: real `llm`, `llm-echo`, `hf` and `xllamacpp`. */
export const venv = join(root, ".cache", "venv");

/**
 * Makes the private environment, or finds it made. Needs the network only when it is missing or the pinned list changed.
 * Throws an `Error` whose message names the fix where python3 >= 3.10 with venv is missing.
 */
export function ensurePythonTools(say: (line: string) => void): void {
	const wanted = readFileSync(REQUIREMENTS, "utf8");
	const marker = join(venv, ".llorch-requirements");
	if (existsSync(marker) && readFileSync(marker, "utf8") === wanted) return;
	const python = findPython();
	say(`making a private Python environment in ${venv.slice(root.length + 1)}`);
	rmSync(venv, { recursive: true, force: true });
	run(python, ["-m", "venv", venv], `python3 has no venv module. ${HINT}`);
	run(
		join(venv, "bin", "python"),
		[
			"-m",
			"pip",
			"install",
			"--quiet",
			"--disable-pip-version-check",
			"-r",
			REQUIREMENTS,
		],
		"pip could not install the pinned packages; is there a network?",
	);
	writeFileSync(marker, wanted);
}

function findPython(): string {
	for (const name of ["python3", "/usr/bin/python3"]) {
		const probe = spawnSync(
			name,
			["-c", "import sys, venv, ensurepip; print(sys.version_info >= (3, 10))"],
			{ encoding: "utf8" },
		);
		if (probe.status === 0 && probe.stdout.trim() === "True") return name;
	}
	throw new Error(`python3 >= 3.10 with venv is missing. ${HINT}`);
}

function run(file: string, args: string[], failure: string): void {
	try {
		execFileSync(file, args, { stdio: ["ignore", "ignore", "pipe"] });
	} catch (error) {
		const { stderr } = error as { stderr?: Buffer };
		throw new Error(`${failure}\n${stderr?.toString().trim() ?? error}`);
	}
}
