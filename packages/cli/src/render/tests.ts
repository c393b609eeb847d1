import { formatCount, formatDuration, sanitize } from "@llorch/core";
import type { TargetReport, TestReport } from "@llorch/toolchain";
import type { Style } from "../app/style.ts";
import { formatTable } from "./table.ts";

/** A line for every target. */
export function formatTestReport(
	{ targets }: TestReport,
	style: Style,
): string {
	return formatTable(
		["target", "", "passed>", "failed>", "ignored>", "time>"],
		targets.map((target) => [
			sanitize(`${target.kind} ${target.name}`),
			formatStatus(target.status, style),
			String(target.passed),
			String(target.failed),
			String(target.ignored),
			formatDuration(target.durationMs),
		]),
		style,
	);
}

/** Every failed test with its output, then the totals. */
export function formatTestSummary(report: TestReport, style: Style): string {
	const failures = report.targets.map((target) =>
		formatFailures(target, style),
	);
	const { passed, failed, ignored, crashed, warnings, junit } = report;
	const counts = [
		`${passed} passed`,
		...(failed > 0 ? [`${failed} failed`] : []),
		...(crashed > 0 ? [`${formatCount(crashed, "target")} crashed`] : []),
		...(ignored > 0 ? [`${ignored} ignored`] : []),
		...(warnings > 0 ? [formatCount(warnings, "warning")] : []),
	];
	return [
		...failures,
		`${counts.join(", ")} (${report.backend}, ${formatDuration(report.durationMs)})\n`,
		junit === undefined ? "" : `Report: ${sanitize(junit)}\n`,
	].join("");
}

function formatStatus(status: TargetReport["status"], style: Style): string {
	if (status === "passed")
		return style.good(style.terminal ? "✓ passed" : status);
	return style.bad(style.terminal ? `✗ ${status}` : status);
}

function formatFailures(target: TargetReport, style: Style): string {
	const name = `${target.kind} ${target.name}`;
	const failed = target.tests
		.filter(({ status }) => status === "failed")
		.map(({ name: test, text = "" }) => block(`${name}: ${test}`, text));
	const crash =
		target.crash === undefined
			? []
			: [
					block(
						`${name} crashed (${target.crash.reason})`,
						target.crash.output,
					),
				];
	return [...failed, ...crash].join("");

	function block(title: string, text: string): string {
		const body = sanitize(text).trimEnd();
		const lines = body === "" ? "" : `${body.replaceAll(/^(?=.)/gm, "    ")}\n`;
		return `\n${style.bad(sanitize(title))}\n${lines}\n`;
	}
}
