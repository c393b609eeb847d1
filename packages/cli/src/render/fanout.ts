import { formatCount, formatDuration, redact } from "@llorch/core";
import type {
	FanoutPreview,
	FanoutResult,
	FanoutSummary,
} from "@llorch/fanout";
import type { Style } from "../app/style.ts";
import { formatTable } from "./table.ts";

/** What a run came to: a line for every call, then the counts and where the artifacts are. */
export function formatSummary(result: FanoutResult, style: Style): string {
	const { answers, folder, logged } = result;
	const table = formatTable(
		["call", "status", "time>", "tokens in>", "out>", "remarks"],
		answers.map((answer) => [
			answer.label,
			formatStatus(answer.status, style),
			answer.status === "skipped" ? "" : formatDuration(answer.duration_ms),
			formatTokens(answer.input_tokens),
			formatTokens(answer.output_tokens),
			formatRemarks(answer),
		]),
		style,
	);
	const log =
		logged === null
			? ""
			: `; ${formatCount(logged, "request")} added to llm's logs`;
	return `${table}${formatCounts(result)}${log}\nArtifacts: ${folder}\n`;
}

/** The command lines of a dry run, ready to paste. */
export function formatPreview({ cells }: FanoutPreview, style: Style): string {
	return cells
		.map(({ label, command }) => `${style.dim(`# ${label}`)}\n${command}\n`)
		.join("");
}

function formatCounts({ answers, ok, failed, skipped }: FanoutResult): string {
	const counts = [
		...(ok > 0 ? [`${ok} ok`] : []),
		...(failed > 0 ? [`${failed} failed`] : []),
		...(skipped > 0 ? [`${skipped} not made`] : []),
	];
	return `${formatCount(answers.length, "call")}: ${counts.join(", ")}`;
}

function formatStatus(status: FanoutSummary["status"], style: Style): string {
	const word = style.terminal
		? {
				ok: "✓ ok",
				error: "✗ error",
				timeout: "✗ timeout",
				skipped: "- skipped",
			}[status]
		: status;
	if (status === "ok") return style.good(word);
	return status === "skipped" ? style.warn(word) : style.bad(word);
}

function formatTokens(tokens: number | null): string {
	return tokens === null ? "" : String(tokens);
}

function formatRemarks({ attempts, truncated, error }: FanoutSummary): string {
	return [
		...(error === undefined ? [] : [redact(error.message)]),
		...(truncated === true ? ["cut off"] : []),
		...(attempts > 1 ? [`${attempts} attempts`] : []),
	].join("; ");
}
