import { expect, test } from "vitest";
import { countTargets, type TargetReport } from "./report.ts";

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

test("totals", () => {
	const crashed = target({ status: "crashed", failed: 3 });
	expect(countTargets([target({}), target({ ignored: 2 }), crashed])).toEqual({
		passed: 3,
		failed: 3,
		ignored: 2,
		crashed: 1,
	});
});
