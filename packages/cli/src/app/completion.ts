import type { App } from "./app.ts";

/** One offer at the cursor: what is put in, and what it means. */
export type Candidate = { word: string; describe: string };

/** What a command's own words may be, such as model ids. `before`: the words between its path and the cursor. */
export type CompletionSource = (
	app: App,
	before: readonly string[],
) => Promise<Candidate[]>;
