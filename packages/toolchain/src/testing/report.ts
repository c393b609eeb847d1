import { type ErrorInfo, formatCount, LlorchError } from "@llorch/core";
import type { Backend } from "../settings.ts";
import type { TestCase } from "./libtest.ts";

export const SUITES = ["unit", "integration", "smoke", "all"] as const;
export type Suite = (typeof SUITES)[number];

/** One test program, or the documentation's tests. */
export type TargetReport = {
	/** `lib`, `bin`, `test`, `doc`, … */
	kind: string;
	name: string;
	/** `crashed`: it did not run to its end. */
	status: "passed" | "failed" | "crashed";
	passed: number;
	failed: number;
	ignored: number;
	/** Left out by a filter. */
	filtered: number;
	durationMs: number;
	tests: TestCase[];
	/** How it ended and its last words, when it crashed. */
	crash?: { reason: string; output: string };
};

/** What the tests came to. */
export type TestReport = {
	suite: Suite;
	crate: string;
	backend: Backend;
	/** ISO 8601, UTC. */
	startedAt: string;
	durationMs: number;
	passed: number;
	failed: number;
	ignored: number;
	crashed: number;
	/** Of the compilation. */
	warnings: number;
	/** In the order they ran. */
	targets: TargetReport[];
	/** The JUnit file, when one was asked for. */
	junit?: string;
};

/** The totals of a report. */
export function countTargets(
	targets: readonly TargetReport[],
): Pick<TestReport, "passed" | "failed" | "ignored" | "crashed"> {
	const sum = (key: "passed" | "failed" | "ignored") =>
		targets.reduce((total, target) => total + target[key], 0);
	return {
		passed: sum("passed"),
		failed: sum("failed"),
		ignored: sum("ignored"),
		crashed: targets.filter(({ status }) => status === "crashed").length,
	};
}

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
