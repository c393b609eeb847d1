import { stripVTControlCharacters } from "node:util";
import type { Style } from "../app/style.ts";

/** Columns whose name ends in `>` are right-aligned: numbers, sizes. */
export type Heading = string;

/**
 * Rows as text. On a terminal: a header and padded columns. In a pipe: tab-separated cells without a header, so that
 * `cut -f1` works (as `gh` does it). A tab or newline inside a cell would break both, so it becomes a space.
 */
export function formatTable(
	headings: readonly Heading[],
	rows: readonly (readonly string[])[],
	style: Style,
): string {
	const clean = rows.map((row) =>
		row.map((cell) => cell.replaceAll(/[\t\r\n]+/g, " ")),
	);
	if (!style.terminal)
		return clean.map((row) => `${row.join("\t")}\n`).join("");
	if (clean.length === 0) return "";
	const titles = headings.map((heading) => heading.replace(/>$/, ""));
	const widths = titles.map((title, column) =>
		Math.max(title.length, ...clean.map((row) => widthOf(row[column] ?? ""))),
	);
	const line = (cells: readonly string[]) =>
		cells
			.map((cell, column) => {
				const gap = " ".repeat((widths[column] ?? 0) - widthOf(cell));
				return headings[column]?.endsWith(">") ? gap + cell : cell + gap;
			})
			.join("  ")
			.trimEnd();
	return [
		style.dim(line(titles.map((title) => title.toUpperCase()))),
		...clean.map(line),
		"",
	].join("\n");
}

function widthOf(cell: string): number {
	return [...stripVTControlCharacters(cell)].length;
}
