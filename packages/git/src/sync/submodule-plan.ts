import type { SubmoduleRow } from "../submodules/row.ts";
import type { Submodule } from "../submodules/submodule.ts";
import type { Acted } from "../undo/acted.ts";
import type { Losses } from "../undo/losses.ts";
import type { CheckedOut } from "../undo/manifest.ts";

/** What is to be done with the submodules below a repository. */
export type SubmodulePlan = {
	acted: Acted[];
	losses: Losses[];
	checksOut: CheckedOut[];
	/** Where each one shall be, and what was found out about it. */
	steps: SubmoduleStep[];
	/** Rows that are final: left alone, or beyond help. */
	rows: SubmoduleRow[];
};

export type SubmoduleStep = {
	path: string;
	name: string;
	/** From the root of the repository that has it. */
	ownPath: string;
	root: string;
	parent: string;
	from: string | null;
	to: string;
	step:
		| "clone"
		/** Go to the recorded commit. */
		| "move"
		/** Stay, and drop what is uncommitted. */
		| "reset"
		| "keep"
		/** Upstream gave it another path: leave this one. */
		| "vacate";
	/** Its address has changed: take the new one from `.gitmodules` first. */
	readdress: boolean;
	/** It only came into sight while the plan was carried out, so its clone has not been kept. */
	fresh?: Submodule;
};

export function emptyPlan(): SubmodulePlan {
	return { acted: [], losses: [], checksOut: [], steps: [], rows: [] };
}

export function addPlan(plan: SubmodulePlan, more: SubmodulePlan): void {
	plan.acted.push(...more.acted);
	plan.losses.push(...more.losses);
	plan.checksOut.push(...more.checksOut);
	plan.steps.push(...more.steps);
	plan.rows.push(...more.rows);
}

const STATUS: Readonly<Record<SubmoduleStep["step"], SubmoduleRow["status"]>> =
	{
		clone: "checked-out",
		move: "moved",
		reset: "reset",
		keep: "unchanged",
		vacate: "moved",
	};

/** The rows that a plan would end with. */
export function previewRows({ steps, rows }: SubmodulePlan): SubmoduleRow[] {
	return [
		...rows,
		...steps.map(({ path, step, from, to }) => ({
			path,
			status: STATUS[step],
			from,
			to,
		})),
	].sort((a, b) => (a.path < b.path ? -1 : 1));
}
