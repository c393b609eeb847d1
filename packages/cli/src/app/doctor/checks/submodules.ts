import {
	type Captured,
	type Check,
	type CommandRunner,
	type Finding,
	formatCount,
	succeeded,
} from "@llorch/core";
import { firstWords, runProgram } from "../run-program.ts";

/** Whether the repository's submodules are there, and at the commits it records. */
export function submodulesCheck(
	runner: CommandRunner,
	repositoryRoot: () => Promise<string | undefined>,
): Check {
	return {
		id: "submodules",
		title: "submodules",
		timeoutMs: 15_000,
		async run(signal) {
			const root = await repositoryRoot();
			if (root === undefined) return [];
			const spec = {
				file: "git",
				args: ["-C", root, "submodule", "status"],
				env: { LC_ALL: "C" },
			};
			const answer = await runProgram(runner, spec, signal);
			// Without git there is nothing to look at, and the check of git says so.
			if (answer === undefined) return [];
			if (!succeeded(answer.result)) return [refused(root, answer)];
			return describeStatus(root, answer.stdout);
		},
	};
}

function refused(root: string, answer: Captured): Finding {
	if (answer.stderr.includes("dubious ownership"))
		return {
			level: "warning",
			text: `git does not work in ${root}, because somebody else owns it`,
			fix: {
				run: ["git", "config", "--global", "--add", "safe.directory", root],
				safe: false,
			},
		};
	return {
		level: "warning",
		text: `the submodules of ${root} cannot be listed: ${firstWords(answer)}`,
	};
}

/** Findings from what `git submodule status` prints: a mark, the commit, the path, and for those checked out `(describe)`. */
export function describeStatus(root: string, stdout: string): Finding[] {
	const lines = stdout.split("\n").filter((line) => line !== "");
	if (lines.length === 0) return [];
	const missing = pathsMarked("-", lines);
	const drifted = pathsMarked("+", lines);
	const conflicted = pathsMarked("U", lines);
	const update = ["git", "-C", root, "submodule", "update"];
	const findings: Finding[] = [];
	if (missing.length > 0)
		findings.push({
			level: "warning",
			text: `${formatCount(missing.length, "submodule")} not checked out: ${missing.join(", ")}`,
			fix: { run: [...update, "--init", "--", ...missing], safe: true },
		});
	if (drifted.length > 0)
		findings.push({
			level: "warning",
			text: `${formatCount(drifted.length, "submodule")} not at the recorded commit: ${drifted.join(", ")}`,
			// It may be somebody's work in progress.
			fix: { run: [...update, "--", ...drifted], safe: false },
		});
	if (conflicted.length > 0)
		findings.push({
			level: "warning",
			text: `${formatCount(conflicted.length, "submodule")} with merge conflicts: ${conflicted.join(", ")}`,
			fix: { run: ["git", "-C", root, "mergetool"], safe: false },
		});
	if (findings.length > 0) return findings;
	return [
		{
			level: "ok",
			text: `${formatCount(lines.length, "submodule")} as recorded`,
		},
	];
}

function pathsMarked(mark: string, lines: readonly string[]): string[] {
	return lines
		.filter((line) => line.startsWith(mark))
		.map((line) => {
			const rest = line.slice(1).replace(/^[0-9a-f]+ /, "");
			// Only a submodule that is checked out has a description, and it holds no brackets.
			return mark === "+" ? rest.replace(/ \([^()]*\)$/, "") : rest;
		});
}
