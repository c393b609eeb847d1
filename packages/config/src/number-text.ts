const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** A number as people write it outside of TOML (a variable, an option of a command); `undefined` for any other text. */
export function readNumberText(text: string): number | undefined {
	const word = text.trim();
	return NUMBER.test(word) ? Number(word) : undefined;
}
