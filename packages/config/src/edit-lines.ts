export type LineEnding = "\n" | "\r\n";

/** The line ending a text uses: its first one. */
export function lineEnding(text: string): LineEnding {
	return /^[^\n]*\r\n/.test(text) ? "\r\n" : "\n";
}

/** Where the line that holds `index` begins. */
export function lineStart(text: string, index: number): number {
	return text.lastIndexOf("\n", index - 1) + 1;
}

/** Where the line after the one that holds `index` begins, or the end of the text. */
export function nextLine(text: string, index: number): number {
	const end = text.indexOf("\n", index);
	return end === -1 ? text.length : end + 1;
}

/** Where the comment lines begin that stand directly above the line that begins at `start`. */
export function commentsAbove(text: string, start: number): number {
	let first = start;
	while (first > 0) {
		const above = lineStart(text, first - 1);
		if (!/^[ \t]*#/.test(text.slice(above, first))) break;
		first = above;
	}
	return first;
}

/** Puts whole lines at the beginning of a line or at the end. A text without a last line ending stays without one. */
export function insertLines(
	text: string,
	index: number,
	lines: readonly string[],
	ending: LineEnding,
): string {
	const block = lines.join(ending);
	const before = text.slice(0, index);
	return before === "" || before.endsWith("\n")
		? `${before}${block}${ending}${text.slice(index)}`
		: `${before}${ending}${block}`;
}

/** Cuts whole lines out, and leaves one empty line, not two, where they stood; none at the ends of the text. */
export function cutBlock(text: string, start: number, end: number): string {
	const before = text.slice(0, start);
	const after = text.slice(end);
	if (after.trim() === "") return before.replace(/(\r?\n)\s*$/, "$1");
	if (before === "" || /\n[ \t]*\r?\n$/.test(before))
		return before + after.replace(/^([ \t]*\r?\n)+/, "");
	return before + after;
}
