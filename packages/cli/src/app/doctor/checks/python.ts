import { type Check, type CommandRunner, succeeded } from "@llorch/core";
import { installPackage, type Machine } from "../machine.ts";
import { firstWords, runProgram } from "../run-program.ts";
import { isOlder } from "../version-number.ts";

/** What llm 0.36 needs (its `requires-python`). */
const OLDEST_PYTHON = "3.10";

const SCRIPT = `
import platform
print(platform.python_version())
try:
    import ensurepip, venv
    print("venv")
except ImportError:
    pass
`;

/** Python 3: llm and hf are written in it. */
export function pythonCheck(
	runner: CommandRunner,
	machine: () => Promise<Machine>,
): Check {
	const install = async () =>
		installPackage(await machine(), {
			brew: ["python"],
			"apt-get": ["python3", "python3-venv"],
			dnf: ["python3"],
			pacman: ["python"],
			zypper: ["python3"],
			apk: ["python3"],
		});
	return {
		id: "python",
		title: "Python",
		timeoutMs: 5_000,
		async run(signal) {
			const spec = { file: "python3", args: ["-c", SCRIPT] };
			const answer = await runProgram(runner, spec, signal);
			if (answer === undefined)
				return [
					{
						level: "warning",
						text: "python3 is not on PATH: llm and hf need it",
						...(await install()),
					},
				];
			if (!succeeded(answer.result))
				return [
					{
						level: "warning",
						text: `python3 does not start: ${firstWords(answer)}`,
						...(await install()),
					},
				];
			const [version = "", venv] = answer.stdout.trim().split("\n");
			if (isOlder(version, OLDEST_PYTHON))
				return [
					{
						level: "warning",
						text: `llm needs Python ${OLDEST_PYTHON} or newer, and this is ${version}`,
						...(await installNewer(machine)),
					},
				];
			if (venv === undefined)
				return [
					{
						level: "warning",
						text: `Python ${version} cannot make virtual environments (venv and ensurepip are missing)`,
						...(await install()),
					},
				];
			return [{ level: "ok", text: `Python ${version}` }];
		},
	};
}

async function installNewer(machine: () => Promise<Machine>) {
	const here = await machine();
	if (here.programs.has("uv"))
		return {
			fix: {
				run: ["uv", "python", "install", "--default", "3.13"],
				safe: true,
			},
		};
	// A system's own python3 is as new as the system is.
	return installPackage(here, { brew: ["python"], dnf: ["python3.12"] });
}
