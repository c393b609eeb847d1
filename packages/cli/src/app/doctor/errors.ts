import { defineErrors } from "@llorch/core";

export const doctorErrors = defineErrors({
	LLORCH_DOCTOR_FOUND_ERRORS: {
		exit: 1,
		title: "Doctor found something broken",
	},
	LLORCH_FIX_FAILED: {
		exit: 1,
		title: "A fix that doctor ran did not work",
	},
});
