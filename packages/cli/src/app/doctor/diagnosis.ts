import {
	type ErrorInfo,
	type Finding,
	formatCount,
	LlorchError,
	quotePosix,
	type Work,
} from "@llorch/core";

/** What one check found. `skipped`: it had nothing to look at, and has no findings. */
export type CheckReport = {
	id: string;
	title: string;
	/** The gravest of its findings. */
	status: "ok" | "warning" | "error" | "skipped";
	durationMs: number;
	findings: Finding[];
};

/** What doctor found. `docs/schemas/doctor.schema.json` describes it; fields are only ever added. */
export type Diagnosis = {
	version: 1;
	/** How many checks ended with each status. */
	counts: Record<CheckReport["status"], number>;
	/** In the order of the list of checks, not of their ends. */
	checks: CheckReport[];
	/** With `--fix`: the safe fixes, in the order they were run (or would be). The checks are those of the look afterwards. */
	fixes?: FixReport[];
};

/** One fix that was run, or would be. */
export type FixReport = {
	/** The id of the check that asked for it first. */
	check: string;
	run: readonly string[];
	status: "planned" | "done" | "failed";
	/** Why it failed. */
	error?: ErrorInfo;
};

/** Looks at everything llorch needs on this machine. */
export type Doctor = {
	/** Never fails for what it finds. Throws the signal's reason, and LLORCH_USAGE when `--cwd` names no folder. */
	diagnose(options: { signal: AbortSignal }): Work<Diagnosis>;
};

export function createDiagnosis(
	checks: readonly Omit<CheckReport, "status">[],
): Diagnosis {
	const counts = { ok: 0, warning: 0, error: 0, skipped: 0 };
	const reports = checks.map((check) => {
		const status = statusOf(check.findings);
		counts[status]++;
		const { id, title, durationMs, findings } = check;
		return { id, title, status, durationMs, findings };
	});
	return { version: 1, counts, checks: reports };
}

function statusOf(findings: readonly Finding[]): CheckReport["status"] {
	for (const level of ["error", "warning", "ok"] as const)
		if (findings.some((finding) => finding.level === level)) return level;
	return "skipped";
}

/** A diagnosis with errors is a failure (LLORCH_DOCTOR_FOUND_ERRORS); one with warnings only is none. So is a fix that failed (LLORCH_FIX_FAILED). */
export function judge({
	checks,
	fixes = [],
}: Diagnosis): ErrorInfo | undefined {
	const failed = checks.filter(({ status }) => status === "error");
	const broken = fixes.filter(({ status }) => status === "failed");
	const [first] = broken;
	if (failed.length === 0 && first !== undefined)
		return new LlorchError(
			"LLORCH_FIX_FAILED",
			`${formatCount(broken.length, "fix", "fixes")} failed: ${first.error?.message ?? quotePosix(first.run)}`,
			{ details: { checks: broken.map(({ check }) => check) } },
		).info;
	if (failed.length === 0) return undefined;
	return new LlorchError(
		"LLORCH_DOCTOR_FOUND_ERRORS",
		`${formatCount(failed.length, "check")} found an error: ${failed.map(({ title }) => title).join(", ")}`,
		{ details: { checks: failed.map(({ id }) => id) } },
	).info;
}
