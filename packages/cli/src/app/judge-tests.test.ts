import type { TargetReport, TestReport } from "@llorch/toolchain";
import { expect, test } from "vitest";
import { judgeTests } from "./judge-tests.ts";

function target(changes: Partial<TargetReport>): TargetReport {
	return {
		kind: "lib",
		name: "app",
		status: "passed",
		passed: 1,
		failed: 0,
		ignored: 0,
		filtered: 0,
		durationMs: 1,
		tests: [],
		...changes,
	};
}

const report = (targets: TargetReport[]) => ({ targets }) as TestReport;

test("all well", () => {
	expect(judgeTests(report([target({})]))).toBeUndefined();
});

test("failed tests and crashed programs are named, five of each", () => {
	const failed = target({
		status: "failed",
		tests: Array.from({ length: 7 }, (_, at) => ({
			name: `t${at}`,
			status: "failed",
		})),
	});
	const crashed = target({ status: "crashed", kind: "test", name: "smoke" });
	expect(judgeTests(report([failed, crashed]))).toMatchObject({
		code: "LLORCH_TESTS_FAILED",
		message:
			"7 tests failed: lib app: t0, lib app: t1, lib app: t2, lib app: t3, lib app: t4 and 2 more; 1 target crashed: test smoke",
		details: { crashed: ["test smoke"] },
	});
});

test("a failed program that names no test is named itself", () => {
	expect(judgeTests(report([target({ status: "failed" })]))?.message).toBe(
		"1 target failed: lib app",
	);
});
