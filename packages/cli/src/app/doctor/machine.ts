import {
	type CommandRunner,
	capture,
	type Finding,
	quotePosix,
} from "@llorch/core";
import { STEP_IDS } from "../setup-steps.ts";

/** Whoever can install something, in the order we would ask them. */
const INSTALLERS = [
	"brew",
	"apt-get",
	"dnf",
	"pacman",
	"zypper",
	"apk",
] as const;
const HELPERS = ["sudo", "uv", "pipx", "rustup", "curl", "python3"] as const;

type Program = (typeof INSTALLERS)[number] | (typeof HELPERS)[number];

/** What fixes are made of: the programs that are there. */
export type Machine = {
	root: boolean;
	programs: ReadonlySet<Program>;
};

export type Fix = NonNullable<Finding["fix"]>;

// One process for all, instead of a dozen lookups.
const SCRIPT = `id -u || echo unknown
for name; do if command -v "$name" >/dev/null; then echo "$name"; fi; done`;

/** Looks which programs a fix could use: also where PATH is empty or wrong. Takes 3 s at most; what did not answer by then is not there. */
export async function describeMachine(runner: CommandRunner): Promise<Machine> {
	const { stdout } = await capture(runner, {
		file: "/bin/sh",
		args: ["-c", SCRIPT, "sh", ...INSTALLERS, ...HELPERS],
		timeoutMs: 3_000,
	});
	const [user, ...programs] = stdout.trim().split("\n");
	return {
		root: user === "0",
		programs: new Set(programs as Program[]),
	};
}

/** A package's name with each installer, where it has one. */
export type PackageNames = Partial<
	Record<(typeof INSTALLERS)[number], readonly string[]>
>;

/** Installs a package with the first of the machine's installers that has it; nothing when none does. */
export function installPackage(
	machine: Machine,
	names: PackageNames,
): { fix?: Fix } {
	for (const installer of INSTALLERS) {
		const packages = names[installer];
		if (packages === undefined || !machine.programs.has(installer)) continue;
		const run = [...INSTALL[installer], ...packages];
		// Homebrew installs into its own folder, as the user; the others change the system.
		if (installer === "brew") return { fix: { run, safe: true } };
		return { fix: { run: asRoot(machine, run), safe: false } };
	}
	return {};
}

const INSTALL: Record<(typeof INSTALLERS)[number], readonly string[]> = {
	brew: ["brew", "install"],
	"apt-get": ["apt-get", "install", "-y"],
	dnf: ["dnf", "install", "-y"],
	pacman: ["pacman", "-S", "--noconfirm"],
	zypper: ["zypper", "--non-interactive", "install"],
	apk: ["apk", "add"],
};

/** The same command with the system's rights. */
export function asRoot(machine: Machine, run: readonly string[]): string[] {
	if (machine.root) return [...run];
	if (machine.programs.has("sudo")) return ["sudo", ...run];
	return ["su", "root", "-c", quotePosix(run)];
}

// Its Python environment holds both llm and hf, and its undo takes it away again.
const SET_UP_PYTHON = [
	...["llorch", "dev", "setup", "--yes"],
	...STEP_IDS.filter((id) => id !== "python").flatMap((id) => ["--skip", id]),
];

/** Installs llm or hf, by the name of its Python package, for this user only, into ~/.local/bin; undefined without a Python. */
export function installPythonTool(
	machine: Machine,
	name: string,
): Fix | undefined {
	if (machine.programs.has("uv"))
		return { run: ["uv", "tool", "install", name], safe: true };
	if (machine.programs.has("pipx"))
		return { run: ["pipx", "install", name], safe: true };
	return machine.programs.has("python3")
		? { run: SET_UP_PYTHON, safe: true }
		: undefined;
}
