import { formatCount, formatDuration, redact, sanitize } from "@llorch/core";
import type { Inference, LoggedRun } from "@llorch/toolchain";
import type { Style } from "../app/style.ts";

/** The story was shown as it came; what is left is the end of its last line. */
export function formatInference({ text }: Inference): string {
	return text.endsWith("\n") ? "" : "\n";
}

export function formatInferenceCounts(inference: Inference): string {
	const { tokens, readyMs, firstTokenMs, tokensPerSecond, log } = inference;
	const rate =
		tokensPerSecond === null
			? ""
			: `, then ${tokensPerSecond.toFixed(tokensPerSecond < 100 ? 1 : 0)} tokens/s`;
	return [
		`${formatCount(tokens, "token")}: the first after ${formatDuration(firstTokenMs)}${rate} (ready after ${formatDuration(readyMs)})\n`,
		`Log: ${sanitize(log)}\n`,
	].join("");
}

/** Every run as a headline, what it was, the end of its log, and its answer. */
export function formatLogs(runs: readonly LoggedRun[], style: Style): string {
	return runs.map((run) => formatRun(run, style)).join("\n");
}

export function formatNoLogs(runs: readonly LoggedRun[]): string {
	return runs.length === 0
		? "no worker has been tried out here yet: llorch test inference does it\n"
		: "";
}

function formatRun(run: LoggedRun, style: Style): string {
	const { id, record, log, tail, response } = run;
	const facts =
		record === undefined
			? []
			: [
					`${record.status}${record.error === undefined ? "" : `: ${redact(record.error.message)}`}`,
					`worker: ${sanitize(record.binary)} on port ${record.port}`,
					`model:  ${sanitize(record.model)}`,
				];
	return [
		style.bold(id),
		...facts,
		`log:    ${sanitize(log)}`,
		...tail.map((line) => style.dim(`  | ${redact(line)}`)),
		...(response === ""
			? []
			: ["answer:", ...response.trimEnd().split("\n").map(indent)]),
		"",
	].join("\n");
}

function indent(line: string): string {
	return `  ${sanitize(line)}`;
}
