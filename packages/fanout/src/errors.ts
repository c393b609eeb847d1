import { defineErrors } from "@llorch/core";

/** What can go wrong with a fan-out as a whole; what goes wrong with one call has a code of `llm`. */
export const fanoutErrors = defineErrors({
	LLORCH_FANOUT_NO_MODELS: { exit: 2, title: "No llm model was named" },
	LLORCH_FANOUT_NO_PROMPT: { exit: 2, title: "There is no prompt" },
	LLORCH_FANOUT_PROMPT_UNREADABLE: {
		exit: 2,
		title: "A prompt could not be read",
	},
	LLORCH_FANOUT_OUTDIR_UNUSABLE: {
		exit: 1,
		title: "The folder for the artifacts could not be used",
	},
});
