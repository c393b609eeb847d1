/** What a renderer may know about the place its text goes to. `packages/cli/src/render/style.ts` makes it from a stream. */
export type Style = {
	/** True for a terminal: padded tables with headers and marks; false: tab-separated, no headers, one record a line. */
	terminal: boolean;
	/** Characters in a line; infinite when it is not a terminal. */
	columns: number;
	bold(text: string): string;
	dim(text: string): string;
	/** Something is as it should be. */
	good(text: string): string;
	/** Something needs attention, nothing is broken. */
	warn(text: string): string;
	/** Something is broken or lost. */
	bad(text: string): string;
};
