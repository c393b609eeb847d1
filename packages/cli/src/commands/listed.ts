import { type Cli, Command, type Definition } from "clipanion";
import type { CompletionSource, ValueCompletions } from "../app/completion.ts";
import type { LlorchContext } from "./context.ts";
import { commands } from "./index.ts";
import { completeHosts } from "./remote/completes.ts";

/** A command under one of its paths, with what help, completion and usage errors say of it. */
export type ListedCommand = {
	path: readonly string[];
	definition: Definition;
	completes: CompletionSource | undefined;
	/** What the values of its options may be. */
	values: ValueCompletions;
};

/** Every path of every command. clipanion's definitions name the first path only (`llorch fanout` is a second one). */
export function listCommands(cli: Cli<LlorchContext>): ListedCommand[] {
	const definitions = listDefinitions(cli);
	return commands.flatMap((command) => {
		const { paths = [] } = command;
		const { completes, completesValues } = command as unknown as {
			completes?: CompletionSource;
			completesValues?: ValueCompletions;
		};
		const definition = definitions.find(({ path }) =>
			paths.some((words) => path === ["llorch", ...words].join(" ")),
		);
		return definition === undefined
			? []
			: paths.map((path) => ({
					path,
					definition,
					completes,
					values: { "--remote": completeHosts, ...completesValues },
				}));
	});
}

/** clipanion's definitions, with the words that a command takes any number of under their name: clipanion writes `...`. */
export function listDefinitions(cli: Cli<LlorchContext>): Definition[] {
	return cli.definitions().map((definition) => {
		const command = commands.find(
			({ paths = [] }) =>
				definition.path === ["llorch", ...(paths[0] ?? [])].join(" "),
		);
		const name = command === undefined ? undefined : restName(command);
		return name === undefined
			? definition
			: {
					...definition,
					usage: definition.usage.replace("...", `[${name}...]`),
				};
	});
}

/** Asks the options of a command what they tell clipanion's builder, as clipanion does when it registers the command. */
function restName(command: (typeof commands)[number]): string | undefined {
	let found: string | undefined;
	const take = ({ name }: { name: string }) => {
		found = name;
	};
	const ignore = () => {};
	const builder = {
		addRest: take,
		addProxy: take,
		addOption: ignore,
		addPositional: ignore,
	};
	for (const [key, option] of Object.entries(new command()))
		if (option?.[Command.isOption] === true) option.definition(builder, key);
	return found;
}
