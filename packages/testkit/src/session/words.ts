/** Splits a line into words as a shell would, with '…' and "…" but nothing else: `models list 'a b'`. */
export function splitWords(line: string): string[] {
	const words: string[] = [];
	for (const match of line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g))
		words.push(match[0].replace(/'([^']*)'|"([^"]*)"/g, "$1$2"));
	return words;
}
