import { closest, LlorchError, quotePosix } from "@llorch/core";
import { strayWord } from "../stray-word.ts";

/**
 * The words after `--`. clipanion hands over those before it as well, and a mistyped `llorch fanout rnu` would be sent to
 * every model as a prompt.
 * @param actions what may follow `llorch fanout`
 * @throws LLORCH_USAGE
 */
export function wordsAfterDashes(
	words: readonly string[],
	{ argv, actions }: { argv: readonly string[]; actions: readonly string[] },
): readonly string[] {
	const stray = strayWord(words, argv);
	if (stray === undefined) return words;
	const meant = closest(stray, actions);
	throw new LlorchError(
		"LLORCH_USAGE",
		`"${stray}" is no action of fanout${meant === undefined ? "" : ` (did you mean "llorch fanout ${meant}"?)`}`,
		{
			hint: `Words for llm, a prompt among them, go after two dashes: llorch fanout run … -- ${quotePosix([stray])}`,
			run: ["fanout", "run", "--help"],
		},
	);
}

/** The words that may follow `llorch DOMAIN`. */
export function actionsOf(
	domain: string,
	definitions: readonly { path: string }[],
): string[] {
	return definitions.flatMap(({ path }) => {
		const [, first, action] = path.split(" ");
		return first === domain && action !== undefined ? [action] : [];
	});
}
