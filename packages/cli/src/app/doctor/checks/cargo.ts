import {
	type Check,
	type CommandRunner,
	type Finding,
	succeeded,
} from "@llorch/core";
import { type Fix, installPackage, type Machine } from "../machine.ts";
import { firstWords, runProgram } from "../run-program.ts";
import { findVersion } from "../version-number.ts";

// As https://rustup.rs says it.
const INSTALL_RUSTUP =
	"curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y";

/** cargo and rustc: only `build` and `test` need them, and find them as `runner` does. */
export function cargoCheck(
	runner: CommandRunner,
	machine: () => Promise<Machine>,
): Check {
	const look = async (
		file: string,
		signal: AbortSignal,
	): Promise<{ version: string } | Finding> => {
		const spec = { file, args: ["--version"] };
		const answer = await runProgram(runner, spec, signal);
		if (answer === undefined)
			return {
				level: "warning",
				text: `${file} is not on PATH: building the workers needs it`,
				...(await installRust(await machine())),
			};
		const version = findVersion(answer.stdout);
		if (succeeded(answer.result) && version !== undefined) return { version };
		return {
			level: "warning",
			text: `${file} does not start: ${firstWords(answer)}`,
			...chooseToolchain(answer.stderr),
		};
	};
	return {
		id: "cargo",
		title: "Rust",
		timeoutMs: 10_000,
		async run(signal) {
			const [cargo, rustc] = await Promise.all([
				look("cargo", signal),
				look("rustc", signal),
			]);
			if ("level" in cargo) return [cargo];
			if ("level" in rustc) return [rustc];
			return [
				{
					level: "ok",
					text: `cargo ${cargo.version}, rustc ${rustc.version}`,
				},
			];
		},
	};
}

function installRust(machine: Machine): { fix?: Fix } {
	if (machine.programs.has("rustup"))
		return { fix: { run: ["rustup", "default", "stable"], safe: true } };
	if (machine.programs.has("curl"))
		return { fix: { run: ["sh", "-c", INSTALL_RUSTUP], safe: false } };
	return installPackage(machine, {
		brew: ["rust"],
		"apt-get": ["cargo", "rustc"],
		dnf: ["cargo", "rust"],
		pacman: ["rust"],
		zypper: ["cargo", "rust"],
		apk: ["cargo", "rust"],
	});
}

/** rustup stands in for cargo, and says what is missing behind it. */
function chooseToolchain(stderr: string): { fix?: Fix } {
	const missing = /toolchain '([^']+)' is not installed/.exec(stderr)?.[1];
	if (missing !== undefined)
		return {
			fix: { run: ["rustup", "toolchain", "install", missing], safe: true },
		};
	if (/rustup/.test(stderr))
		return { fix: { run: ["rustup", "default", "stable"], safe: true } };
	return {};
}
