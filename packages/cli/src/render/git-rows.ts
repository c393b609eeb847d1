import { quotePath, redact } from "@llorch/core";
import type { SubmoduleRow } from "@llorch/git";
import type { Style } from "../app/style.ts";
import { oneLine, shorten } from "./git-status.ts";
import { formatTable } from "./table.ts";

/** What became of each submodule, with the reason where something was not done. */
export function formatRows(
	rows: readonly SubmoduleRow[],
	style: Style,
): string {
	return formatTable(
		["submodule", "", "commit", ""],
		rows.map((row) => [
			quotePath(row.path),
			paint(row.status, style),
			formatMove(row),
			oneLine(redact(row.error?.message ?? row.reason ?? "")),
		]),
		style,
	);
}

/** The next step for each submodule that failed. */
export function formatFixes(rows: readonly SubmoduleRow[]): string {
	return rows
		.flatMap(({ path, error }) =>
			error?.hint === undefined
				? []
				: [`${quotePath(path)}: ${redact(error.hint)}\n`],
		)
		.join("");
}

/** Rows that say something; where all went as usual, none. */
export function notableRows(rows: readonly SubmoduleRow[]): SubmoduleRow[] {
	return rows.filter(({ status }) => status !== "unchanged");
}

function formatMove({ from, to, status }: SubmoduleRow): string {
	if (status === "moved") return `${shorten(from)} → ${shorten(to)}`;
	return shorten(to);
}

function paint(status: SubmoduleRow["status"], style: Style): string {
	const text = status === "checked-out" ? "checked out" : status;
	if (status === "failed") return style.bad(text);
	return status === "skipped" ? style.warn(text) : text;
}
