import { expect, test } from "vitest";
import { findDrift } from "./drift.ts";
import type { SubmoduleStatus } from "./status/submodule-status.ts";

const submodule = (
	path: string,
	rest: Partial<SubmoduleStatus> = {},
): SubmoduleStatus => ({
	name: path,
	path,
	state: "recorded",
	recorded: "1".repeat(40),
	commit: "1".repeat(40),
	branch: null,
	ahead: 0,
	behind: 0,
	changes: 0,
	conflicts: 0,
	operation: null,
	onRemote: true,
	...rest,
});

test("no submodules are no finding, and all as recorded are one that is fine", () => {
	expect(findDrift([])).toEqual([]);
	expect(findDrift([submodule("a"), submodule("b")])).toEqual([
		{ level: "ok", text: "2 submodules as recorded" },
	]);
});

test("each kind of drift is a finding; what may be somebody's work is not mended unasked", () => {
	const findings = findDrift([
		submodule("a", { state: "uninitialised" }),
		submodule("b", { state: "behind" }),
		submodule("c", { state: "unfetched" }),
		submodule("d", { state: "conflicting" }),
		submodule("e", { state: "unreadable" }),
		submodule("f", { onRemote: false }),
	]);
	expect(
		findings.map(({ level, text, fix }) => [level, text, fix?.safe]),
	).toEqual([
		["warning", "1 submodule not checked out: a", true],
		["warning", "2 submodules not at the recorded commit: b, c", false],
		["warning", "1 submodule in conflict: d", false],
		["warning", "1 submodule unreadable: e", false],
		[
			"warning",
			"1 submodule recorded at a commit that no remote has: f",
			undefined,
		],
	]);
	expect(findings[1]?.fix?.run).toEqual([
		...["llorch", "git", "submodules", "update", "--recorded", "b", "c"],
	]);
});
