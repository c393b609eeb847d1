import type { Definition } from "clipanion";
import type { App } from "./app/app.ts";
import type { Candidate } from "./app/completion.ts";
import { longestMatch } from "./command-paths.ts";
import type { ListedCommand } from "./commands/listed.ts";

/**
 * What may stand at the cursor: the last of `words`, which may be empty. Offers the next word of a path, the options of the
 * command, and what the command says its words and the values of its options are, such as model ids and hosts. Of values that nobody
 * knows nothing is offered: a shell then offers files.
 */
export async function complete(
	words: readonly string[],
	commands: readonly ListedCommand[],
	app: () => App,
): Promise<Candidate[]> {
	const before = words.slice(0, -1);
	const current = words.at(-1) ?? "";
	const paths = commands.map((command) => command.path);
	const path = longestMatch(paths, before);
	const command = commands.find((candidate) => candidate.path === path);
	const offers = nextWords(before, commands);
	if (command !== undefined && !before.includes("--"))
		offers.push(
			...(await ofCommand(command, before.slice(path?.length), current, app)),
		);
	const seen = new Set<string>();
	return offers.filter(
		({ word }) => word.startsWith(current) && !seen.has(word) && seen.add(word),
	);
}

async function ofCommand(
	{ definition, completes, values }: ListedCommand,
	before: readonly string[],
	current: string,
	app: () => App,
): Promise<Candidate[]> {
	const takesValue = new Set(
		definition.options.flatMap((option) =>
			option.definition.includes(" ") ? spellings(option) : [],
		),
	);
	const own: string[] = [];
	let option: string | undefined;
	for (const word of before) {
		if (option !== undefined) option = undefined;
		else if (takesValue.has(word)) option = word;
		else if (!word.startsWith("-")) own.push(word);
	}
	const [, name = "", attached = ""] = /^(--[^=]+)=(.*)$/s.exec(current) ?? [];
	if (option === undefined && takesValue.has(name))
		return ((await values[name]?.(app(), own, attached)) ?? []).map(
			(offer) => ({ ...offer, word: `${name}=${offer.word}` }),
		);
	if (option === undefined && current.startsWith("-"))
		return optionsOf(definition);
	const source = option === undefined ? completes : values[option];
	return (await source?.(app(), own, current)) ?? [];
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

type OptionDefinition = Definition["options"][number];

/** clipanion writes `-m,--model #0` for an option with a value. */
function spellings({ definition }: OptionDefinition): string[] {
	return definition.replace(/ .*/, "").split(",");
}

function optionsOf({ options }: Definition): Candidate[] {
	return options.flatMap((option) =>
		spellings(option).map((word) => ({
			word,
			describe: (option.description ?? "").trim(),
		})),
	);
}
