import { closest, type ErrorInfo, toErrorInfo } from "@llorch/core";
import type { Cli } from "clipanion";
import type { LlorchContext } from "./commands/context.ts";

/** clipanion's parse error as a sentence with a next step: which word is wrong, and which was probably meant. */
export function explainUsage(
	error: unknown,
	argv: readonly string[],
	cli: Cli<LlorchContext>,
): ErrorInfo {
	if (
		!(error instanceof Error) ||
		!["UnknownSyntaxError", "AmbiguousSyntaxError", "UsageError"].includes(
			error.name,
		)
	)
		return toErrorInfo(error);
	const words = wordsBeforeOptions(argv);
	const paths = cli.definitions().map(({ path }) => path.split(" ").slice(1));
	const command = longestMatch(paths, words);
	if (command === undefined) return unknownCommand(argv, words, paths);
	const path = command.join(" ");
	const message = firstLine(error.message);
	const bogus = /\("(--?[^"]+)"\)/.exec(message)?.[1];
	const options = cli
		.definitions()
		.find((definition) => definition.path === `llorch ${path}`)
		?.options.flatMap(({ definition }) => definition.split(","));
	const meant = bogus && closest(bogus.replace(/=.*/, ""), options ?? []);
	return {
		code: "LLORCH_USAGE",
		message: bogus
			? `llorch ${path} has no option ${bogus}${meant ? ` (did you mean ${meant}?)` : ""}`
			: `llorch ${path}: ${lowerFirst(message)}`,
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

/** The words before the first option: where the command's path must stand. */
export function wordsBeforeOptions(argv: readonly string[]): string[] {
	const end = argv.findIndex((word) => word.startsWith("-"));
	return argv.slice(0, end < 0 ? argv.length : end);
}

/** The longest command path that the words begin with. */
export function longestMatch(
	paths: readonly (readonly string[])[],
	words: readonly string[],
): readonly string[] | undefined {
	return paths
		.filter((path) => path.every((word, index) => words[index] === word))
		.sort((left, right) => right.length - left.length)[0];
}

/** The longest beginning of the words that is also the beginning of a command. */
export function longestGroup(
	paths: readonly (readonly string[])[],
	words: readonly string[],
): string[] {
	const group: string[] = [];
	for (const word of words) {
		const deeper = [...group, word];
		const known = paths.some(
			(path) =>
				path.length > deeper.length &&
				deeper.every((part, index) => path[index] === part),
		);
		if (!known) break;
		group.push(word);
	}
	return group;
}

function firstLine(text: string): string {
	return (text.split("\n").find((line) => line.trim() !== "") ?? text).replace(
		/\.$/,
		"",
	);
}

function lowerFirst(text: string): string {
	return text.charAt(0).toLowerCase() + text.slice(1);
}
