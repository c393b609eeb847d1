import type { Definition } from "clipanion";
import type { Style } from "../app/style.ts";
import {
	longestGroup,
	longestMatch,
	optionName,
	usageLine,
	wordsBeforeOptions,
} from "../command-paths.ts";
import type { ListedCommand } from "../commands/listed.ts";

const INTRO = `llorch: one binary, any command, on any of your hosts

Usage: llorch <domain> <action> [arguments] [options]
`;

/** Options that every command takes: listed once, not on every page. */
export const GLOBAL_OPTIONS: readonly string[] = [
	"--json",
	"--quiet",
	"--no-color",
	"--verbose",
	"--cwd",
	"--config",
];

/** Options of every command that may run on another host. */
const HOST_OPTIONS: readonly string[] = ["--remote", "--setup"];

/**
 * The page that was asked for: of everything, of a group (`llorch models --help`), of a command; or undefined. `list` is called only
 * when one was: it formats the page of every command.
 */
export function findHelp(
	argv: readonly string[],
	list: () => readonly ListedCommand[],
	style: Style,
	{ parserSaysHelp = false } = {},
): string | undefined {
	const words = wordsBeforeOptions(argv[0] === "help" ? argv.slice(1) : argv);
	const next = argv[words.length];
	// Further on, `--help` may be a word for another program (`remote exec mac ls --help`): there the parser decides.
	const asked =
		argv.length === 0 ||
		argv[0] === "help" ||
		next === "--help" ||
		next === "-h";
	if (!asked && !parserSaysHelp) return undefined;
	const commands = list();
	const definitions = [
		...new Set(commands.map(({ definition }) => definition)),
	];
	const paths = commands.map(({ path }) => path);
	if (words.length === 0) return formatOverview(definitions, style);
	const path = longestMatch(paths, words);
	const command = commands.find((candidate) => candidate.path === path);
	if (command !== undefined) return formatCommand(command.definition, style);
	const group = longestGroup(paths, words);
	return group.length === words.length
		? formatGroup(definitions, group, style)
		: undefined;
}

function formatOverview(
	definitions: readonly Definition[],
	style: Style,
): string {
	const groups = Map.groupBy(
		sorted(definitions),
		// clipanion ends it with a newline.
		({ category }) => category?.trim() ?? "Other",
	);
	const parts = [...groups]
		.sort(byImportance)
		.map(
			([title, members]) =>
				`${style.bold(title)}\n${formatList(members, style)}`,
		);
	return [
		INTRO,
		parts.join("\n"),
		`Every command takes ${GLOBAL_OPTIONS.join(", ")}.\n`,
		"Details of one: llorch <domain> <action> --help. An error code: llorch explain CODE.\n",
	].join("\n");
}

/** What people come for stands first. A category that is not listed comes before the last one. */
const CATEGORIES = [
	"Models",
	"Fan-out",
	"Git",
	"Hosts",
	"Build",
	"Test",
	"Development",
	"Configuration",
];
const LAST_CATEGORY = "llorch itself";

function byImportance([left]: [string, unknown], [right]: [string, unknown]) {
	const rank = (title: string) => {
		if (title === LAST_CATEGORY) return CATEGORIES.length + 1;
		const index = CATEGORIES.indexOf(title);
		return index < 0 ? CATEGORIES.length : index;
	};
	return rank(left) - rank(right);
}

function formatGroup(
	definitions: readonly Definition[],
	group: readonly string[],
	style: Style,
): string {
	const prefix = ["llorch", ...group].join(" ");
	const members = sorted(definitions).filter(
		({ path }) => path === prefix || path.startsWith(`${prefix} `),
	);
	return `Usage: ${prefix} <action> [arguments] [options]\n\n${formatList(members, style)}\nDetails of one: ${prefix} <action> --help\n`;
}

function formatList(members: readonly Definition[], style: Style): string {
	const names = members.map(({ path }) => path);
	const width = Math.max(...names.map((name) => name.length));
	return members
		.map(
			({ description }, index) =>
				`  ${style.good((names[index] ?? "").padEnd(width))}  ${(description ?? "").trim()}\n`,
		)
		.join("");
}

/** One command's page: also the source of its page in docs/reference. */
export function formatCommand(definition: Definition, style: Style): string {
	const [shared, own] = splitOptions(definition);
	const parts = [
		`${(definition.description ?? "").trim()}\n`,
		`${style.bold("Usage:")} ${usageLine(definition)}\n`,
	];
	if (definition.details !== undefined)
		// clipanion wraps at 80 columns and leaves the space at which it broke.
		parts.push(`${definition.details.trim().replaceAll(/ +$/gm, "")}\n`);
	if (own.length > 0) {
		const names = own.map(({ definition: name }) => optionName(name));
		const width = Math.max(...names.map((name) => name.length));
		parts.push(
			`${style.bold("Options:")}\n${own
				.map(
					({ description }, index) =>
						`  ${(names[index] ?? "").padEnd(width)}  ${(description ?? "").trim()}\n`,
				)
				.join("")}`,
		);
	}
	parts.push(`Also: ${shared.join(", ")}\n`);
	const examples = definition.examples ?? [];
	if (examples.length > 0)
		parts.push(
			`${style.bold("Examples:")}\n${examples
				.map(
					([title, line]) =>
						`  ${style.dim(`# ${title.trim()}`)}\n  ${line.trim()}\n`,
				)
				.join("\n")}`,
		);
	return parts.join("\n");
}

/** The names of the options that many commands take, and the command's own options. */
function splitOptions(
	definition: Definition,
): [shared: string[], own: Definition["options"]] {
	const known = [...HOST_OPTIONS, ...GLOBAL_OPTIONS];
	const nameOf = ({ definition: names }: { definition: string }) =>
		names
			.split(" ")[0]
			?.split(",")
			.find((name) => known.includes(name));
	const taken = definition.options.flatMap((option) => nameOf(option) ?? []);
	return [
		known.filter((name) => taken.includes(name)),
		definition.options.filter((option) => nameOf(option) === undefined),
	];
}

function sorted(definitions: readonly Definition[]): Definition[] {
	return definitions.toSorted((left, right) =>
		left.path.localeCompare(right.path, "en"),
	);
}
