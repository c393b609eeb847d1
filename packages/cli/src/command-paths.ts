import type { Definition } from "clipanion";

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

/** clipanion cannot name an option's value: it prints `--n #0`. */
export function optionName(definition: string): string {
	return definition.replaceAll(/ #\d+/g, " <value>").replaceAll(",", ", ");
}

/** The path with its arguments, without the options (they are listed below). */
export function usageLine(definition: Definition): string {
	const withoutOptions = definition.usage
		.replaceAll(/ \[-[^\]]*\]/g, "")
		.trim();
	return `${withoutOptions}${definition.options.length > 0 ? " [options]" : ""}`;
}
