import { LlorchError } from "@llorch/core";
import { findPromptOption } from "./prompt-options.ts";

/** One option found among words for `llm prompt`. */
export type LlmWordOption = {
	/** The option's long name without dashes; for an option llorch does not know, as it was written. */
	name: string;
	/** As it stands in the words: `-m`, `--model`, or `-n` for the `n` of `-un`. */
	spelling: string;
	values: readonly string[];
};

/** Words for `llm prompt`, told apart as click does it. */
export type LlmWords = {
	options: readonly LlmWordOption[];
	/** Words that are no option: llm takes the first for the prompt. */
	prompts: readonly string[];
};

/** What llorch sets itself, by long name, with llorch's way to the same end. */
const OWNED: ReadonlyMap<string, string> = new Map([
	["model", "name the models with llorch's own -m, before the --"],
	["query", "name the models with llorch's own -m, before the --"],
	[
		"database",
		"every call gets a database of its own, and its rows are added to llm's log afterwards",
	],
	["no-log", "say --no-log before the --"],
	["json", "say --json before the --"],
	["no-stream", "say --no-stream before the --"],
	[
		"continue",
		"the calls of a fan-out are independent, and none continues a conversation",
	],
	[
		"conversation",
		"the calls of a fan-out are independent, and none continues a conversation",
	],
	["save", "save the template with llm itself, then use it here with -t"],
]);

/**
 * Tells the options, their values and the prompt in words for `llm prompt` apart, as click 8 does: short options may be
 * combined (`-un`) and hold their value (`-mtiny`), long ones may hold it after `=`, and after `--` all is prompt.
 */
export function readLlmWords(words: readonly string[]): LlmWords {
	const options: LlmWordOption[] = [];
	const prompts: string[] = [];
	const rest = [...words];
	for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
		if (word === "--") {
			prompts.push(...rest);
			break;
		}
		if (!word.startsWith("-") || word === "-") prompts.push(word);
		else if (word.startsWith("--")) options.push(readLong(word, rest));
		else options.push(...readShorts(word, rest));
	}
	return { options, prompts };
}

function readLong(word: string, rest: string[]): LlmWordOption {
	const at = word.indexOf("=");
	const spelling = at < 0 ? word : word.slice(0, at);
	const known = findPromptOption(spelling);
	const count = known?.values ?? 0;
	const attached = at < 0 ? [] : [word.slice(at + 1)];
	const values = [
		...attached,
		...rest.splice(0, Math.max(0, count - attached.length)),
	];
	return { name: known?.name ?? spelling, spelling, values };
}

function readShorts(word: string, rest: string[]): LlmWordOption[] {
	const found: LlmWordOption[] = [];
	const letters = [...word.slice(1)];
	for (const [index, letter] of letters.entries()) {
		const spelling = `-${letter}`;
		const known = findPromptOption(spelling);
		const name = known?.name ?? spelling;
		if (known === undefined || known.values === 0) {
			found.push({ name, spelling, values: [] });
			continue;
		}
		const attached = letters.slice(index + 1).join("");
		const held = attached === "" ? [] : [attached];
		const values = [...held, ...rest.splice(0, known.values - held.length)];
		found.push({ name, spelling, values });
		break;
	}
	return found;
}

/**
 * Refuses the few words that llorch must set itself.
 * @param where the place they stand in, as the end of a sentence: `after "--"`, `in the options of "tiny"`.
 * @throws LLORCH_LLM_WORD_OWNED
 */
export function refuseOwnedWords(
	words: readonly string[],
	where: string,
): void {
	for (const option of readLlmWords(words).options) {
		const way = OWNED.get(option.name);
		if (way === undefined) continue;
		throw new LlorchError(
			"LLORCH_LLM_WORD_OWNED",
			`${option.spelling} cannot stand ${where}: llorch sets it for every call of llm`,
			{ hint: `Instead: ${way}.`, details: { option: option.spelling } },
		);
	}
}

/** What words mean for a run, besides being passed on. */
export type LlmWordsEffect = {
	/** A prompt stands in the words. */
	hasPrompt: boolean;
	/** Words that give llm something to answer even without a prompt: a template, fragment, attachment or schema. */
	hasInput: boolean;
	/** llm reads stdin as an attachment or fragment (`-a -`), so stdin need not be text. */
	readsStdin: boolean;
	/** Names that llm looks up in its log database: fragments, schemas, or a template that may use them. */
	looksUp: boolean;
	/** The words ask llm to log even where logging is off. */
	asksToLog: boolean;
};

/** What these words mean for a run. */
export function inspectLlmWords(words: readonly string[]): LlmWordsEffect {
	const { options, prompts } = readLlmWords(words);
	const has = (...names: string[]) =>
		options.some((option) => names.includes(option.name));
	return {
		hasPrompt: prompts.length > 0,
		hasInput: has(
			"template",
			"fragment",
			"attachment",
			"attachment-type",
			"schema",
			"schema-multi",
		),
		readsStdin: options.some(
			(option) =>
				["attachment", "attachment-type", "fragment"].includes(option.name) &&
				option.values[0] === "-",
		),
		looksUp: has(
			"fragment",
			"system-fragment",
			"schema",
			"schema-multi",
			"template",
		),
		asksToLog: has("log"),
	};
}

/** The words with the value of `--key` replaced by `***`, for manifests, logs and screens. */
export function maskLlmWords(words: readonly string[]): string[] {
	return words.map((word, index) => {
		if (word.startsWith("--key=")) return "--key=***";
		return words[index - 1] === "--key" ? "***" : word;
	});
}
