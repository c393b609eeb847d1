import { defineErrors } from "@llorch/core";

export const setupErrors = defineErrors({
	LLORCH_SETUP_STEP_FAILED: {
		exit: 1,
		title: "A step of dev setup did not work",
	},
	LLORCH_SETUP_RECORD_INVALID: {
		exit: 1,
		title: "The record of what dev setup made cannot be read",
	},
});
