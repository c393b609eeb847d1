import { formatCount, type Question, redact } from "@llorch/core";
import type {
	SetupReport,
	StepReport,
	UndoReport,
} from "../app/setup/types.ts";
import type { Style } from "../app/style.ts";
import { formatTable } from "./table.ts";

/** A line for every step. */
export function formatSetup({ steps }: SetupReport, style: Style): string {
	return formatTable(
		["step", "", ""],
		steps.map(({ id, status, text }) => [
			id,
			formatStatus(status, style),
			redact(text),
		]),
		style,
	);
}

export function formatSetupNext({ steps }: SetupReport): string {
	const has = (status: StepReport["status"]) =>
		steps.some((step) => step.status === status);
	if (has("planned")) return "llorch dev setup does it\n";
	if (has("failed") || has("declined"))
		return "llorch dev setup does the rest, whenever it is run again\n";
	return has("done") ? "llorch dev doctor looks at all of it\n" : "";
}

function formatStatus(status: StepReport["status"], style: Style): string {
	switch (status) {
		case "done":
		case "present":
			return style.good(style.terminal ? `✓ ${status}` : status);
		case "failed":
			return style.bad(style.terminal ? "✗ failed" : status);
		default:
			return style.warn(style.terminal ? `- ${status}` : status);
	}
}

/** The question before what was made goes. */
export function askUndo(made: readonly string[]): Question {
	return {
		id: "setup-undo",
		kind: "confirm",
		text: "Take back what dev setup made?",
		danger: ["This goes:", ...made.map((line) => `  ${redact(line)}`)].join(
			"\n",
		),
		flag: "--yes",
	};
}

/** What is gone, one a line. */
export function formatUndone({ removed }: UndoReport): string {
	return removed.map((path) => `${redact(path)}\n`).join("");
}

export function formatUndoKept({ removed, kept }: UndoReport): string {
	return [
		...kept.map(
			({ path, reason }) => `${redact(path)} stays: ${redact(reason)}\n`,
		),
		removed.length === 0
			? "nothing to take back\n"
			: `${formatCount(removed.length, "thing")} taken back\n`,
	].join("");
}
