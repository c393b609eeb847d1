import { formatDuration, redact } from "@llorch/core";
import type { TestReport } from "@llorch/toolchain";
import type { AllReport, StepReport } from "../app/dev/all.ts";
import type { Style } from "../app/style.ts";
import { formatTable } from "./table.ts";
import { formatTestSummary } from "./tests.ts";

/** A line for every step, those that were not run too. */
export function formatAll({ steps }: AllReport, style: Style): string {
	return formatTable(
		["step", "", "time>", ""],
		steps.map((report) => [
			report.step,
			formatStatus(report.status, style),
			report.status === "skipped" ? "" : formatDuration(report.durationMs),
			redact(describe(report)),
		]),
		style,
	);
}

/** The failed tests with their output, where they are what stopped it. */
export function formatAllSummary({ steps }: AllReport, style: Style): string {
	return steps
		.map((report) =>
			report.step === "test" &&
			report.status === "failed" &&
			report.result !== undefined
				? formatTestSummary(report.result as unknown as TestReport, style)
				: "",
		)
		.join("");
}

function formatStatus(status: StepReport["status"], style: Style): string {
	switch (status) {
		case "ok":
			return style.good(style.terminal ? "✓ ok" : status);
		case "failed":
			return style.bad(style.terminal ? "✗ failed" : status);
		case "skipped":
			return style.warn(style.terminal ? "- not run" : "not run");
	}
}

function describe(report: StepReport): string {
	switch (report.status) {
		case "ok":
			return report.text;
		case "failed":
			return report.error.message;
		case "skipped":
			return "";
	}
}
