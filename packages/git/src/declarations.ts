import { defineSection } from "@llorch/core";

export { gitErrors } from "./errors.ts";

/** The settings of `[git]`. */
export type GitSettings = {
	undo_days: number;
	undo_max_file: number;
	parallel: number;
};

export const gitSection = defineSection<GitSettings>("git", {
	undo_days: {
		type: "number",
		default: 30,
		range: [1, 3650],
		describe: "Days that `git undo` can go back; older entries are removed",
	},
	undo_max_file: {
		type: "integer",
		default: 100_000_000,
		range: [0, Number.POSITIVE_INFINITY],
		describe:
			"Bytes; a larger file that would be lost is moved aside, not copied into the repository",
	},
	parallel: {
		type: "integer",
		default: 0,
		range: [0, 64],
		describe: "Submodules worked on at once; 0: as many as there are cores",
	},
});
