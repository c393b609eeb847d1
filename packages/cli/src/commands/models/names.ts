import { LlorchError } from "@llorch/core";

/** What a command works on: the models that were named, or with `--all` every one. Throws LLORCH_USAGE for both or neither. */
export function chooseModels(
	action: string,
	names: readonly string[],
	all: boolean,
): { names: readonly string[]; all: boolean } {
	if (all === names.length > 0)
		throw new LlorchError(
			"LLORCH_USAGE",
			all
				? "--all stands for every model: leave the names out"
				: "name a model, or say --all",
			{ run: ["models", action, "--help"] },
		);
	return { names, all };
}
