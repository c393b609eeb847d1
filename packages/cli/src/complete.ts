import type { Definition } from "clipanion";
import type { App } from "./app/app.ts";
import type { Candidate } from "./app/completion.ts";
import { longestMatch } from "./command-paths.ts";
import type { ListedCommand } from "./commands/listed.ts";

/**
 * What may stand at the cursor: the last of `words`, which may be empty. Offers the next word of a path, the options of the
 * command, and what the command says its words are (`static completes`), such as model ids.
 */
export async function complete(
	words: readonly string[],
	commands: readonly ListedCommand[],
	app: () => App,
): Promise<Candidate[]> {
	const before = words.slice(0, -1);
	const current = words.at(-1) ?? "";
	const paths = commands.map((command) => command.path);
	const offers = nextWords(before, commands);
	const path = longestMatch(paths, before);
	const command = commands.find((candidate) => candidate.path === path);
	if (command !== undefined && !before.includes("--")) {
		if (current.startsWith("-")) offers.push(...optionsOf(command.definition));
		else if (command.completes !== undefined)
			offers.push(
				...(await command.completes(app(), before.slice(path?.length))),
			);
	}
	const seen = new Set<string>();
	return offers.filter(
		({ word }) => word.startsWith(current) && !seen.has(word) && seen.add(word),
	);
}

function nextWords(
	before: readonly string[],
	commands: readonly ListedCommand[],
): Candidate[] {
	return commands
		.filter(
			({ path }) =>
				path.length > before.length &&
				before.every((word, index) => path[index] === word),
		)
		.map(({ path, definition }) => ({
			word: path[before.length] as string,
			describe:
				path.length === before.length + 1
					? (definition.description ?? "").trim()
					: (definition.category ?? ""),
		}));
}

function optionsOf(definition: Definition): Candidate[] {
	return definition.options.flatMap(({ definition: names, description }) =>
		names
			.replace(/ .*/, "")
			.split(",")
			.map((word) => ({ word, describe: (description ?? "").trim() })),
	);
}
