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

/** How many tests ran or were ignored, also those that no line has named (`-q`). */
export function countCases({
	passed,
	failed,
	ignored,
}: Pick<TargetReport, "passed" | "failed" | "ignored">): number {
	return passed + failed + ignored;
}

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
