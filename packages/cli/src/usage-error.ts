import { closest, type ErrorInfo, toErrorInfo } from "@llorch/core";
import {
	longestGroup,
	longestMatch,
	usageLine,
	wordsBeforeOptions,
} from "./command-paths.ts";
import type { ListedCommand } from "./commands/listed.ts";

/** clipanion's parse error as a sentence with a next step: which word is wrong, and which was probably meant. */
export function explainUsage(
	error: unknown,
	argv: readonly string[],
	commands: readonly ListedCommand[],
): ErrorInfo {
	if (
		!(error instanceof Error) ||
		!["UnknownSyntaxError", "AmbiguousSyntaxError", "UsageError"].includes(
			error.name,
		)
	)
		return toErrorInfo(error);
	const words = wordsBeforeOptions(argv);
	const paths = commands.map(({ path }) => path);
	const command = longestMatch(paths, words);
	if (command === undefined) return unknownCommand(argv, words, paths);
	const path = command.join(" ");
	const message = reasonOf(error);
	const refused = /^Invalid value for (\S+): (must be .*)$/.exec(message);
	if (refused !== null)
		return {
			code: "LLORCH_USAGE",
			message: `${refused[1]} ${refused[2]}`,
			run: [...command, "--help"],
		};
	const bogus = /\("(--?[^"]+)"\)/.exec(message)?.[1];
	const definition = commands.find(
		(candidate) => candidate.path === command,
	)?.definition;
	const options = definition?.options.flatMap(({ definition: names }) =>
		names.replace(/ .*/, "").split(","),
	);
	const meant = bogus && closest(bogus.replace(/=.*/, ""), options ?? []);
	return {
		code: "LLORCH_USAGE",
		message: bogus
			? `llorch ${path} has no option ${bogus}${meant ? ` (did you mean ${meant}?)` : ""}`
			: `llorch ${path}: ${plainWords(message, definition === undefined ? "" : usageLine(definition))}`,
		run: [...command, "--help"],
	};
}

function unknownCommand(
	argv: readonly string[],
	words: readonly string[],
	paths: readonly (readonly string[])[],
): ErrorInfo {
	const group = longestGroup(paths, words);
	const run = [...group, "--help"];
	const wrong = words[group.length];
	if (wrong === undefined) {
		const early = argv[group.length];
		const name = ["llorch", ...group].join(" ");
		return {
			code: "LLORCH_USAGE",
			message:
				early === undefined
					? `${name} needs an action`
					: `${name} needs an action before ${early}: options come after the command's words`,
			run,
		};
	}
	const nexts = new Set(
		paths
			.filter((path) => group.every((word, index) => path[index] === word))
			.map((path) => path[group.length] as string),
	);
	const meant = closest(wrong, nexts);
	return {
		code: "LLORCH_USAGE",
		message: `there is no command "${["llorch", ...group, wrong].join(" ")}"${meant ? ` (did you mean "${["llorch", ...group, meant].join(" ")}"?)` : ""}`,
		run,
	};
}

/** With several ways to read a line clipanion lists them all; the first one got furthest. */
function reasonOf(error: Error): string {
	const { candidates } = error as { candidates?: { reason: string | null }[] };
	return firstLine(candidates?.[0]?.reason ?? error.message);
}

function firstLine(text: string): string {
	return (text.split("\n").find((line) => line.trim() !== "") ?? text).replace(
		/\.$/,
		"",
	);
}

/**
 * The command line with a negative number joined to the option before it (`--timeout=-1`), when that is what clipanion
 * stumbled over: it takes `-1` for an option, and the reader would be told that `--timeout` has no value.
 */
export function joinNegative(
	error: unknown,
	argv: readonly string[],
): string[] | undefined {
	const option = error instanceof Error ? lackingOption(reasonOf(error)) : "";
	const end = argv.indexOf("--");
	const at = argv.findIndex(
		(word, index) =>
			word === option &&
			(end < 0 || index < end) &&
			/^-[\d.]/.test(argv[index + 1] ?? ""),
	);
	return at < 0
		? undefined
		: [
				...argv.slice(0, at),
				`${option}=${argv[at + 1]}`,
				...argv.slice(at + 2),
			];
}

/** The option that clipanion wants a value for. */
function lackingOption(message: string): string | undefined {
	return /^Not enough arguments to option (\S+)$/.exec(message)?.[1];
}

/** clipanion's sentence in ours: it does not name the argument that is missing. */
function plainWords(message: string, usage: string): string {
	if (message === "Not enough positional arguments")
		return `an argument is missing (${usage})`;
	const lacking = lackingOption(message);
	if (lacking !== undefined) return `${lacking} needs a value`;
	return message.charAt(0).toLowerCase() + message.slice(1);
}
