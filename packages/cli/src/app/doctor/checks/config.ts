import { lstat, stat } from "node:fs/promises";
import type { ConfigReport, Problem } from "@llorch/config";
import type { Check, Finding } from "@llorch/core";

/** Whether the configuration can be used: every mistake of every file, with its line. */
export function configCheck(
	report: () => Promise<ConfigReport>,
	show: (path: string) => string,
): Check {
	return {
		id: "config",
		title: "configuration",
		timeoutMs: 5_000,
		async run() {
			const { problems, notes, files } = await report();
			const findings: Finding[] = [];
			for (const [index, problem] of problems.entries()) {
				// One fix mends all of a file's mistakes: it stands with the last of them.
				const more = problems
					.slice(index + 1)
					.some(({ path }) => path === problem.path);
				findings.push({
					level: "error",
					text: `${problem.where}: ${problem.text}`,
					...(more ? {} : await mend(problem)),
				});
			}
			for (const text of notes) findings.push({ level: "warning", text });
			if (findings.length > 0) return findings;
			const found = files.filter(({ exists }) => exists);
			return [
				{
					level: "ok",
					text:
						found.length === 0
							? "no configuration file: the defaults count"
							: found.map(({ path }) => show(path)).join(", "),
				},
			];
		},
	};
}

/** A mistake in an environment variable or in a file's name is mended where it was made: no command can do that. */
async function mend({ path, code }: Problem): Promise<Pick<Finding, "fix">> {
	const stats = path && (await stat(path).catch(() => undefined));
	if (!stats || code === "LLORCH_CONFIG_TOO_NEW") return {};
	if (code === "LLORCH_CONFIG_UNREADABLE" && stats.isFile())
		return { fix: { run: ["chmod", "u+r", path], safe: true } };
	// Nothing is lost: the file keeps its text under a name that llorch does not read.
	const aside = await freeName(`${path}.invalid`);
	return { fix: { run: ["mv", path, aside], safe: false } };
}

async function freeName(path: string): Promise<string> {
	if (!(await exists(path))) return path;
	for (let number = 2; ; number++)
		if (!(await exists(`${path}-${number}`))) return `${path}-${number}`;
}

async function exists(path: string): Promise<boolean> {
	return lstat(path).then(
		() => true,
		() => false,
	);
}
