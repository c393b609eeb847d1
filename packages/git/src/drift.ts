import { type Finding, formatCount } from "@llorch/core";
import type { SubmoduleStatus } from "./status/submodule-status.ts";

/** What doctor says about submodules that are not as their repository records them. */
export function findDrift(submodules: readonly SubmoduleStatus[]): Finding[] {
	if (submodules.length === 0) return [];
	const findings: Finding[] = [];
	const add = (
		found: readonly SubmoduleStatus[],
		what: string,
		fix?: Finding["fix"],
	) => {
		if (found.length === 0) return;
		const paths = found.map(({ path }) => path).join(", ");
		findings.push({
			level: "warning",
			text: `${formatCount(found.length, "submodule")} ${what}: ${paths}`,
			...(fix === undefined ? {} : { fix }),
		});
	};
	const inState = (...states: SubmoduleStatus["state"][]) =>
		submodules.filter(({ state }) => states.includes(state));
	const update = ["llorch", "git", "submodules", "update", "--recorded"];
	const paths = (some: readonly SubmoduleStatus[]) =>
		some.map(({ path }) => path);

	const missing = inState("uninitialised");
	add(missing, "not checked out", {
		run: [...update, ...paths(missing)],
		safe: true,
	});
	const drifted = inState("ahead", "behind", "diverged", "unfetched");
	add(drifted, "not at the recorded commit", {
		run: [...update, ...paths(drifted)],
		// It may be somebody's work in progress.
		safe: false,
	});
	add(inState("conflicting"), "in conflict", {
		run: ["llorch", "git", "status"],
		safe: false,
	});
	add(inState("unreadable"), "unreadable", {
		run: ["llorch", "git", "submodules", "status"],
		safe: false,
	});
	add(
		submodules.filter(
			({ onRemote, state }) => onRemote === false && state === "recorded",
		),
		"recorded at a commit that no remote has",
	);
	if (findings.length > 0) return findings;
	return [
		{
			level: "ok",
			text: `${formatCount(submodules.length, "submodule")} as recorded`,
		},
	];
}
