import { defineErrors } from "@llorch/core";

/** Failures of the cli's own commands. */
export const cliErrors = defineErrors({
	LLORCH_CONFIG_UNWRITABLE: {
		exit: 1,
		title: "The configuration file cannot be written",
	},
	LLORCH_CONFIG_EXISTS: {
		exit: 1,
		title: "The configuration file is there already",
	},
});
