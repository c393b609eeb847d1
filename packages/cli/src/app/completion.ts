import type { App } from "./app.ts";

/** One offer at the cursor: what is put in, and what it means. */
export type Candidate = { word: string; describe: string };

/**
 * What a command's own words, or the values of one of its options, may be, such as model ids.
 * @param before the command's own words before the cursor, without options and their values
 * @param current what stands at the cursor, for words that consist of parts; what does not begin so is left out by the caller
 */
export type CompletionSource = (
	app: App,
	before: readonly string[],
	current: string,
) => Promise<Candidate[]>;

/** What the values of options may be, by the spelling of the option. */
export type ValueCompletions = Readonly<Record<string, CompletionSource>>;
