import {
	type CommandRunner,
	capture,
	type Finding,
	quotePosix,
} from "@llorch/core";

/** Whoever can install something, in the order we would ask them. */
const INSTALLERS = [
	"brew",
	"apt-get",
	"dnf",
	"pacman",
	"zypper",
	"apk",
] as const;
const HELPERS = ["sudo", "uv", "pipx", "rustup", "curl"] as const;

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

// A virtual environment of its own: Debian's Python refuses to install anywhere else (PEP 668), and nothing else changes.
const INSTALL_WITH_VENV = `set -e
folder="\${XDG_DATA_HOME:-$HOME/.local/share}/llorch/$2"
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet "$1"
mkdir -p "$HOME/.local/bin"
ln -sf "$folder/bin/$2" "$HOME/.local/bin/$2"`.replaceAll("\n", "; ");

/** Installs a program that is a Python package, for this user only, into ~/.local/bin. */
export function installPythonTool(
	machine: Machine,
	tool: { package: string; command: string },
): Fix {
	if (machine.programs.has("uv"))
		return { run: ["uv", "tool", "install", tool.package], safe: true };
	if (machine.programs.has("pipx"))
		return { run: ["pipx", "install", tool.package], safe: true };
	return {
		run: ["sh", "-c", INSTALL_WITH_VENV, "sh", tool.package, tool.command],
		safe: true,
	};
}
