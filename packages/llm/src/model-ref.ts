import { LlorchError, quotePosix } from "@llorch/core";
import { maskLlmWords, readLlmWords, refuseOwnedWords } from "./words.ts";

/** A model as `llm` knows it, with the words that go with it: `{ name: "tiny", options: ["-o", "temperature", "0.2"] }`. */
export type LlmModelRef = { name: string; options: readonly string[] };

/**
 * Reads one entry of `[fanout].models` or one `-m`: a name, a name followed by llm's options (`tiny -o temperature 0.2`),
 * or `{ name, options }`.
 * @throws LLORCH_LLM_MODEL_INVALID, LLORCH_LLM_WORD_OWNED
 */
export function parseLlmModel(entry: unknown): LlmModelRef {
	const model =
		typeof entry === "string" ? parseWords(entry) : parseTable(entry);
	refuseOwnedWords(model.options, `in the options of "${model.name}"`);
	refuseIncomplete(model);
	return model;
}

/** llorch's own words follow the options: an option that lacks a value would take one of them, and a `--` all. */
function refuseIncomplete({ name, options: words }: LlmModelRef): void {
	const { options, prompts, closed } = readLlmWords(words);
	const stray = closed ? "--" : prompts[0];
	if (stray !== undefined)
		throw invalid(`"${stray}" in the options of "${name}" is no option of llm`);
	for (const { spelling, values, missing } of options)
		if (missing.length > 0)
			throw invalid(
				`"${[spelling, ...values].join(" ")}" in the options of "${name}" lacks its ${missing.join(" and ")}`,
			);
}

function parseWords(text: string): LlmModelRef {
	const model = splitModel(text);
	if (model.name === "")
		throw invalid(`"${maskLlmModel(text)}" names no model`);
	return model;
}

/** A name may hold spaces; options begin at the first word with a dash. */
function splitModel(text: string): LlmModelRef {
	const at = text.search(/(?:^|\s)-/);
	if (at < 0) return { name: text.trim(), options: [] };
	return {
		name: text.slice(0, at).trim(),
		options: splitWords(text.slice(at)),
	};
}

/** The text of one `-m` with the value of `--key` replaced by `***`; without one, as it is. */
export function maskLlmModel(text: string): string {
	const { name, options } = splitModel(text);
	const masked = maskLlmWords(options);
	return masked.every((word, index) => word === options[index])
		? text
		: `${name} ${quotePosix(masked)}`.trim();
}

function parseTable(entry: unknown): LlmModelRef {
	if (typeof entry !== "object" || entry === null || Array.isArray(entry))
		throw invalid(
			`${JSON.stringify(Array.isArray(entry) ? maskLlmWords(entry.map(String)) : entry)} names no model`,
		);
	const { name, options = [], ...unknown } = entry as Record<string, unknown>;
	// Not shown: a key may stand in its options.
	if (typeof name !== "string" || name.trim() === "" || name.startsWith("-"))
		throw invalid(
			`an entry of keys ${Object.keys(entry).join(", ")} has no "name"`,
		);
	const [stray] = Object.keys(unknown);
	if (stray !== undefined)
		throw invalid(`"${name}" has an unknown key "${stray}"`);
	if (
		!Array.isArray(options) ||
		!options.every((word): word is string => typeof word === "string")
	)
		throw invalid(`the options of "${name}" must be a list of strings`);
	return { name, options };
}

function invalid(what: string): LlorchError {
	return new LlorchError("LLORCH_LLM_MODEL_INVALID", what, {
		hint: 'Write a model as "name", as "name -o temperature 0.2", or in the configuration as { name = "name", options = ["-o", "temperature", "0.2"] }.',
	});
}

/** Words of a line with quotes and backslashes as a shell has them, and nothing else of a shell. */
function splitWords(text: string): string[] {
	const words: string[] = [];
	// One word: a run of quoted pieces, escaped characters and plain characters.
	for (const [word] of text.matchAll(
		/(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\]|['"\\])+/gs,
	))
		words.push(
			word.replace(
				/'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/gs,
				(_all, single, double, escaped) =>
					single ?? double?.replace(/\\(["\\$`])/g, "$1") ?? escaped,
			),
		);
	return words;
}

/**
 * A name for every model that nothing else in the list has. A model that appears once is called by its name; one that
 * appears with several options shows them: `tiny temperature=0.2`.
 */
export function labelLlmModels(models: readonly LlmModelRef[]): string[] {
	const count = (name: string) =>
		models.filter((model) => model.name === name).length;
	return models.map((model) =>
		count(model.name) === 1 || model.options.length === 0
			? model.name
			: `${model.name} ${formatOptions(model.options)}`,
	);
}

function formatOptions(options: readonly string[]): string {
	return readLlmWords(maskLlmWords(options))
		.options.map(({ name, spelling, values }) =>
			name === "option" ? values.join("=") : [spelling, ...values].join(" "),
		)
		.join(" ");
}

/**
 * The models without repetitions of the same name with the same options, in order. A key is no difference: it decides who pays,
 * not what is asked, and the first one counts.
 */
export function distinctLlmModels(
	models: readonly LlmModelRef[],
): LlmModelRef[] {
	const seen = new Set<string>();
	return models.filter((model) => {
		const key = JSON.stringify([model.name, maskLlmWords(model.options)]);
		if (seen.has(key)) return false;
		seen.add(key);
		return true;
	});
}
