import { defineErrors } from "@llorch/core";

/** What can go wrong with the `llm` command and with one call of it. */
export const llmErrors = defineErrors({
	LLORCH_LLM_NOT_FOUND: { exit: 1, title: "The llm command was not found" },
	LLORCH_LLM_WORD_OWNED: {
		exit: 2,
		title: "A word for llm that llorch sets itself",
	},
	LLORCH_LLM_MODEL_INVALID: {
		exit: 2,
		title: "An llm model was named in a way llorch cannot read",
	},
	LLORCH_LLM_USAGE: { exit: 2, title: "llm did not accept its arguments" },
	LLORCH_LLM_UNKNOWN_MODEL: { exit: 1, title: "llm knows no such model" },
	LLORCH_LLM_NO_KEY: {
		exit: 1,
		title: "The model needs a key, and llm has none",
	},
	LLORCH_LLM_AUTH: { exit: 1, title: "The provider refused the key" },
	LLORCH_LLM_REFUSED: { exit: 1, title: "The provider refused the request" },
	LLORCH_LLM_RATE_LIMITED: { exit: 1, title: "The provider asked for a pause" },
	LLORCH_LLM_SERVER_ERROR: { exit: 1, title: "The provider's server failed" },
	LLORCH_LLM_CONNECTION: {
		exit: 1,
		title: "The connection to the provider failed",
	},
	LLORCH_LLM_TIMEOUT: { exit: 1, title: "The call took longer than allowed" },
	LLORCH_LLM_KILLED: { exit: 1, title: "llm was ended by a signal" },
	LLORCH_LLM_LOCKED: { exit: 1, title: "llm found its database locked" },
	LLORCH_LLM_BROKEN_CONFIG: {
		exit: 3,
		title: "llm cannot read one of its own configuration files",
	},
	LLORCH_LLM_CRASHED: { exit: 1, title: "llm ended with a Python traceback" },
	LLORCH_LLM_FAILED: { exit: 1, title: "llm reported an error" },
	LLORCH_LLM_LOGS_UNUSABLE: {
		exit: 1,
		title: "llm's log database could not be used",
	},
});
