import { defineErrors } from "@llorch/core";

export const configErrors = defineErrors({
	LLORCH_CONFIG_INVALID: {
		exit: 3,
		title: "The configuration has mistakes",
	},
	LLORCH_CONFIG_MISSING: {
		exit: 3,
		title: "The configuration file that was asked for does not exist",
	},
	LLORCH_CONFIG_UNREADABLE: {
		exit: 3,
		title: "A configuration file could not be read",
	},
	LLORCH_CONFIG_TOO_NEW: {
		exit: 3,
		title: "A configuration file was written for a newer llorch",
	},
	LLORCH_CONFIG_NOT_EDITABLE: {
		exit: 3,
		title: "A configuration file cannot be changed at this place",
	},
});
