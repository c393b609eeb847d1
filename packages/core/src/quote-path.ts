const NAMED: Readonly<Record<string, string>> = {
	"\u0007": "\\a",
	"\b": "\\b",
	"\t": "\\t",
	"\n": "\\n",
	"\v": "\\v",
	"\f": "\\f",
	"\r": "\\r",
	'"': '\\"',
	"\\": "\\\\",
};

// What a terminal obeys and does not show, and what makes a line read differently from what it says.
const UNSEEN =
	// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is quoted -- C0, DEL, C1
	/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

/**
 * A path in one line, so that no two paths read alike: as it is, or in double quotes with escapes as in C, as git has it (quote.c), where
 * it holds what cannot be seen.
 */
export function quotePath(path: string): string {
	if (!UNSEEN.test(path) && !path.startsWith('"')) return path;
	const quoted = Array.from(path, (letter) => {
		const named = NAMED[letter];
		if (named !== undefined || !UNSEEN.test(letter)) return named ?? letter;
		return Array.from(
			new TextEncoder().encode(letter),
			(byte) => `\\${byte.toString(8).padStart(3, "0")}`,
		).join("");
	});
	return `"${quoted.join("")}"`;
}

/** The first five paths for a message, and how many more there are. */
export function quotePaths(paths: readonly string[]): string {
	const first = paths.slice(0, 5).map(quotePath).join(", ");
	return paths.length > 5 ? `${first} and ${paths.length - 5} more` : first;
}
