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

/** clipanion's sentence in ours: it does not name the argument that is missing. */
function plainWords(message: string, usage: string): string {
	if (message === "Not enough positional arguments")
		return `an argument is missing (${usage})`;
	return message.charAt(0).toLowerCase() + message.slice(1);
}
