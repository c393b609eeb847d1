/** What is wrong with a value, as the end of the sentence "KEY must be …", or undefined. */
export type Rule = (value: unknown) => string | undefined;

const matching =
	(pattern: RegExp, otherwise: string): Rule =>
	(value) =>
		typeof value === "string" && pattern.test(value) ? undefined : otherwise;

const positiveInteger: Rule = (value) =>
	Number.isSafeInteger(value) && (value as number) > 0
		? undefined
		: "a whole number above 0";

/** On one line: it is shown in tables and sentences. */
const text = matching(/^[^\p{Cc}]+$/u, "text on one line");

// Names that a folder or a file could have on every system, and that lead nowhere else.
const SEGMENT = /^(?!\.{1,2}$)[^/\\\p{Cc}]+$/u;
const relativePath: Rule = (value) =>
	typeof value === "string" &&
	value.split("/").every((segment) => SEGMENT.test(segment))
		? undefined
		: "a relative path without .. and \\";

/** `owner/repository:path`, with `@commit` behind it where one version is meant. */
const CITATION = /^[\w.-]+\/[\w.-]+:(?!\/)[^\p{Cc}@]+(?:@[0-9a-f]{40})?$/u;
const citations: Rule = (value) =>
	Array.isArray(value) &&
	value.length > 0 &&
	value.every((item) => typeof item === "string" && CITATION.test(item))
		? undefined
		: 'a list of public places like "owner/repository:path"';

/** The keys of an entry. A rule says what its value must be. */
export const MODEL_RULES: Readonly<Record<string, Rule>> = {
	// Like a word of a command line that needs no quotes, and unlike hf:org/repo/file.
	id: matching(
		/^[a-z0-9][a-z0-9._-]*$/,
		"small letters, digits, dots, dashes and underscores",
	),
	name: text,
	kind: matching(/^(?:chat|base|embedding)$/, '"chat", "base" or "embedding"'),
	dir: relativePath,
	repo: matching(
		/^[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*$/,
		'a repository on the hub, "org/name"',
	),
	revision: matching(/^[0-9a-f]{40}$/, "a commit, 40 hexadecimal digits"),
	license: matching(
		/^[A-Za-z0-9][A-Za-z0-9.+-]*$/,
		"one word: an SPDX identifier, or the hub's name for the licence",
	),
	terms: text,
	parameters: matching(/^\d+(?:\.\d+)?[MB]$/, 'a number like "135M" or "1.1B"'),
	context: positiveInteger,
	unverified: text,
	changed: text,
	converts: text,
	notes: text,
};
export const MODEL_FACTS = ["revision", "license", "parameters", "context"];

/** The keys of a file. */
export const FILE_RULES: Readonly<Record<string, Rule>> = {
	path: relativePath,
	place: relativePath,
	size: positiveInteger,
	sha256: matching(/^[0-9a-f]{64}$/, "64 hexadecimal digits, small letters"),
};
export const FILE_FACTS = ["size", "sha256"];

export const CITATIONS_RULE = citations;
