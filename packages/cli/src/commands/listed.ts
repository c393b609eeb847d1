import type { Cli, Definition } from "clipanion";
import type { CompletionSource } from "../app/completion.ts";
import type { LlorchContext } from "./context.ts";
import { commands } from "./index.ts";

/** A command under one of its paths, with what help, completion and usage errors say of it. */
export type ListedCommand = {
	path: readonly string[];
	definition: Definition;
	completes: CompletionSource | undefined;
};

/** Every path of every command. clipanion's definitions name the first path only (`llorch fanout` is a second one). */
export function listCommands(cli: Cli<LlorchContext>): ListedCommand[] {
	const definitions = cli.definitions();
	return commands.flatMap((command) => {
		const { paths = [], completes } = command as typeof command & {
			completes?: CompletionSource;
		};
		const definition = definitions.find(({ path }) =>
			paths.some((words) => path === ["llorch", ...words].join(" ")),
		);
		return definition === undefined
			? []
			: paths.map((path) => ({ path, definition, completes }));
	});
}
