import { type OldScript, oldScripts } from "./old-scripts.ts";

export const MIGRATION_PAGE = "docs/migration.md";

/** The page that says what became of every action of the old scripts. */
export function formatMigration(note: string): string {
	return [
		note,
		"# From the old scripts to llorch",
		"",
		"Every action of the scripts that llorch replaces, and the command in its place. Each stands in a test under its old name. All commands work",
		"here and, with `--remote H`, on another host; `--json`, `--quiet` and `--verbose` work everywhere.",
		"",
		"Exit codes: the scripts knew 0 and 1. llorch has [more](reference/errors.md), and 0 still means that it is done.",
		"",
		...oldScripts.flatMap(formatScript),
	].join("\n");
}

function formatScript({ name, usage, actions, better }: OldScript): string[] {
	return [
		`## ${name}`,
		"",
		"```text",
		usage,
		"```",
		"",
		"| before | what it did | now |",
		"|---|---|---|",
		...actions.map(
			({ old, did, now }) =>
				`| \`${escapeCell(old)}\` | ${escapeCell(did)} | ${now.map((line) => `\`llorch ${line}\``).join(", ")} |`,
		),
		"",
		...better.map((line) => `- ${line}`),
		"",
	];
}

function escapeCell(text: string): string {
	return text.replaceAll("|", "\\|");
}
