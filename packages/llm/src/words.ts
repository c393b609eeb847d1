import { LlorchError } from "@llorch/core";
import { findPromptOption } from "./prompt-options.ts";

/** One option found among words for `llm prompt`. */
export type LlmWordOption = {
	/** The option's long name without dashes; for an option llorch does not know, as it was written. */
	name: string;
	/** As it stands in the words: `-m`, `--model`, or `-n` for the `n` of `-un`. */
	spelling: string;
	values: readonly string[];
	/** What should follow and does not: `["VALUE"]` for `-o temperature`. */
	missing: readonly string[];
};

/** Words for `llm prompt`, told apart as click does it. */
export type LlmWords = {
	options: readonly LlmWordOption[];
	/** Words that are no option: llm takes the first for the prompt. */
	prompts: readonly string[];
	/** A `--` stands among them: whatever comes later is prompt. */
	closed: boolean;
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
	let closed = false;
	for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
		if (word === "--") {
			closed = true;
			prompts.push(...rest);
			break;
		}
		if (!word.startsWith("-") || word === "-") prompts.push(word);
		else if (word.startsWith("--")) options.push(readLong(word, rest));
		else options.push(...readShorts(word, rest));
	}
	return { options, prompts, closed };
}

function readLong(word: string, rest: string[]): LlmWordOption {
	const at = word.indexOf("=");
	const spelling = at < 0 ? word : word.slice(0, at);
	const attached = at < 0 ? [] : [word.slice(at + 1)];
	return readOption(spelling, attached, rest);
}

function readShorts(word: string, rest: string[]): LlmWordOption[] {
	const found: LlmWordOption[] = [];
	const letters = [...word.slice(1)];
	for (const [index, letter] of letters.entries()) {
		const spelling = `-${letter}`;
		const isFlag = (findPromptOption(spelling)?.values.length ?? 0) === 0;
		const attached = isFlag ? "" : letters.slice(index + 1).join("");
		found.push(readOption(spelling, attached === "" ? [] : [attached], rest));
		if (!isFlag) break;
	}
	return found;
}

/** The option with the values that are attached to it, and those it takes from the words that follow. */
function readOption(
	spelling: string,
	attached: readonly string[],
	rest: string[],
): LlmWordOption {
	const known = findPromptOption(spelling);
	const wanted = known?.values ?? [];
	const following = Math.max(0, wanted.length - attached.length);
	const values = [...attached, ...rest.splice(0, following)];
	return {
		name: known?.name ?? spelling,
		spelling,
		values,
		missing: wanted.slice(values.length),
	};
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
