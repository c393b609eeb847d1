import { type Check, type CommandRunner, succeeded } from "@llorch/core";
import { installPackage, type Machine } from "../machine.ts";
import { firstWords, runProgram } from "../run-program.ts";
import { findVersion, isOlder } from "../version-number.ts";

/** Of January 2020: --pathspec-from-file and `git sparse-checkout` (git's own release notes). */
const OLDEST_GIT = "2.25";

const PACKAGE = ["git"];

export function gitCheck(
	runner: CommandRunner,
	machine: () => Promise<Machine>,
): Check {
	const install = async () =>
		installPackage(await machine(), {
			brew: PACKAGE,
			"apt-get": PACKAGE,
			dnf: PACKAGE,
			pacman: PACKAGE,
			zypper: PACKAGE,
			apk: PACKAGE,
		});
	return {
		id: "git",
		title: "git",
		timeoutMs: 5_000,
		async run(signal) {
			const spec = { file: "git", args: ["--version"] };
			const answer = await runProgram(runner, spec, signal);
			if (answer === undefined)
				return [
					{
						level: "error",
						text: "git is not on PATH",
						...(await install()),
					},
				];
			const version = findVersion(answer.stdout);
			if (!succeeded(answer.result) || version === undefined)
				return [
					{
						level: "error",
						text: `git does not start: ${firstWords(answer)}`,
						// macOS has a git that only says how to get the real one.
						...(/xcode-select|xcrun/.test(answer.stderr)
							? { fix: { run: ["xcode-select", "--install"], safe: false } }
							: await install()),
					},
				];
			if (isOlder(version, OLDEST_GIT))
				return [
					{
						level: "error",
						text: `llorch needs git ${OLDEST_GIT} or newer, and this is ${version}`,
						...(await install()),
					},
				];
			return [{ level: "ok", text: `git ${version}` }];
		},
	};
}
