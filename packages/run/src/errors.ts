import { defineErrors } from "@llorch/core";

/** Failures of running programs, keeping journals and holding locks. */
export const runErrors = defineErrors({
	LLORCH_PROGRAM_NOT_FOUND: { exit: 1, title: "A program was not found" },
	LLORCH_PROGRAM_NOT_RUNNABLE: {
		exit: 1,
		title: "A program was found but could not be started",
	},
	LLORCH_FOLDER_NOT_FOUND: {
		exit: 1,
		title: "The folder to run a program in does not exist",
	},
	LLORCH_LOCKED: { exit: 1, title: "Another process is using this" },
	LLORCH_STATE_UNWRITABLE: {
		exit: 1,
		title: "The folder for llorch's own state cannot be written",
	},
	LLORCH_JOURNAL_INVALID: { exit: 1, title: "The file is not a journal" },
	LLORCH_JOURNAL_TOO_NEW: {
		exit: 1,
		title: "The journal was written by a newer llorch",
	},
});
