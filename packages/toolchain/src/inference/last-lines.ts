/** The last lines of a text; a newline at its end begins none. */
export function lastLines(text: string, count: number): string[] {
	const lines = text.split("\n");
	if (lines.at(-1) === "") lines.pop();
	return lines.slice(Math.max(0, lines.length - count));
}
