/** The first word that stood before `--`, among those meant for after it: clipanion hands over both. */
export function strayWord(
	words: readonly string[],
	argv: readonly string[],
): string | undefined {
	const at = argv.indexOf("--");
	const after = at < 0 ? 0 : argv.length - at - 1;
	return words.slice(0, words.length - after)[0];
}
