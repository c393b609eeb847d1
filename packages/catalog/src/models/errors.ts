import { defineErrors } from "@llorch/core";

export const modelErrors = defineErrors({
	LLORCH_CATALOG_INVALID: {
		exit: 3,
		title: "The model catalog has mistakes",
	},
	LLORCH_CATALOG_MISSING: {
		exit: 3,
		title: "The model catalog that was asked for cannot be read",
	},
	LLORCH_UNKNOWN_MODEL: {
		exit: 2,
		title: "The catalog has no model of that name",
	},
	LLORCH_MODEL_ABSENT: {
		exit: 1,
		title: "The model is not on this machine",
	},
	LLORCH_MODEL_UNCHECKED: {
		exit: 1,
		title: "Nothing is known that the file could be compared with",
	},
});
