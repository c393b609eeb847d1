import { formatCount, quotePosix, sanitize } from "@llorch/core";
import type { CheckReport, Diagnosis } from "../app/doctor/diagnosis.ts";
import type { Style } from "../app/style.ts";
import { formatTable } from "./table.ts";

/**
 * One line when all is well. Otherwise everything that is not, errors first: on a terminal each with its fix below it, in a
 * pipe one a line as level, check, text and fix.
 */
export function formatDiagnosis(diagnosis: Diagnosis, style: Style): string {
	const complaints = [...complain("error"), ...complain("warning")];
	if (complaints.length === 0) {
		const mark = style.terminal ? `${style.good("✓")} ` : "";
		return `${mark}all ${formatCount(diagnosis.counts.ok, "check")} passed\n`;
	}
	if (!style.terminal)
		return formatTable(
			["level", "check", "text", "fix"],
			complaints.map(({ level, check, text, fix }) => [
				level,
				check.id,
				text,
				fix === undefined ? "" : sanitize(quotePosix(fix.run)),
			]),
			style,
		);
	const lines = complaints.flatMap(({ level, check, text, fix }) => {
		const mark = level === "error" ? style.bad("✗") : style.warn("!");
		const first = `${mark} ${style.bold(check.title)}: ${text.replaceAll("\n", "\n    ")}`;
		if (fix === undefined) return [first];
		const when = fix.safe ? "fix:" : "fix, if you agree:";
		return [first, `    ${style.dim(when)} ${sanitize(quotePosix(fix.run))}`];
	});
	return `${lines.join("\n")}\n`;

	function complain(level: "error" | "warning") {
		return diagnosis.checks.flatMap((check: CheckReport) =>
			check.findings
				.filter((finding) => finding.level === level)
				.map(({ text, fix }) => ({ level, check, text, fix })),
		);
	}
}

/** `1 error, 2 warnings, 11 checks passed`, or nothing when all is well and said. */
export function formatCounts({ checks, counts }: Diagnosis): string {
	const found = (level: "error" | "warning") => {
		const findings = checks.flatMap((check) => check.findings);
		const count = findings.filter((finding) => finding.level === level).length;
		return count === 0 ? [] : [formatCount(count, level)];
	};
	const complaints = [...found("error"), ...found("warning")];
	if (complaints.length === 0) return "";
	return `${[...complaints, `${formatCount(counts.ok, "check")} passed`].join(", ")}\n`;
}

/** The commands of `--fix --dry-run`, one a line, ready to paste. */
export function formatPlannedFixes({ fixes = [] }: Diagnosis): string {
	return fixes.map(({ run }) => `${sanitize(quotePosix(run))}\n`).join("");
}

/** What became of the fixes. */
export function formatFixes({ fixes }: Diagnosis): string {
	if (fixes === undefined) return "";
	if (fixes.length === 0) return "nothing that can be fixed safely\n";
	const count = (status: string) =>
		fixes.filter((fix) => fix.status === status).length;
	if (count("planned") > 0)
		return `${formatCount(fixes.length, "fix", "fixes")} would be run\n`;
	const failed = count("failed");
	return `${formatCount(count("done"), "fix", "fixes")} run${failed > 0 ? `, ${failed} failed` : ""}\n`;
}
