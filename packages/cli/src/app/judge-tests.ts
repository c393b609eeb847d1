import { type ErrorInfo, formatCount, LlorchError } from "@llorch/core";
import type { TestReport } from "@llorch/toolchain";

/** A report with a failed or crashed target is a failure (LLORCH_TESTS_FAILED) that names the tests. */
export function judgeTests(report: TestReport): ErrorInfo | undefined {
	const bad = report.targets.filter(({ status }) => status !== "passed");
	if (bad.length === 0) return undefined;
	const failed = bad.flatMap(({ kind, name, tests }) =>
		tests
			.filter(({ status }) => status === "failed")
			.map((test) => `${kind} ${name}: ${test.name}`),
	);
	const crashed = bad
		.filter(({ status }) => status === "crashed")
		.map(({ kind, name }) => `${kind} ${name}`);
	const parts = [
		...(failed.length === 0
			? []
			: [`${formatCount(failed.length, "test")} failed: ${list(failed)}`]),
		...(crashed.length === 0
			? []
			: [`${formatCount(crashed.length, "target")} crashed: ${list(crashed)}`]),
	];
	const message =
		parts.length === 0
			? `${formatCount(bad.length, "target")} failed: ${list(bad.map(({ kind, name }) => `${kind} ${name}`))}`
			: parts.join("; ");
	return new LlorchError("LLORCH_TESTS_FAILED", message, {
		details: { failed, crashed },
	}).info;
}

const NAMED = 5;

function list(names: readonly string[]): string {
	const more = names.length - NAMED;
	return more <= 0
		? names.join(", ")
		: `${names.slice(0, NAMED).join(", ")} and ${more} more`;
}
