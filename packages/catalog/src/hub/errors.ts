import { defineErrors } from "@llorch/core";

/**
 * Failures of talking to the hub. Exit 1 also where it cannot be reached: 5 speaks of hosts that commands run on, and a script
 * that retries another host on 5 must not do so because Hugging Face is away.
 */
export const hubErrors = defineErrors({
	LLORCH_HUB_OFFLINE: {
		exit: 1,
		title: "The network is needed, and HF_HUB_OFFLINE forbids it",
	},
	LLORCH_HUB_UNREACHABLE: { exit: 1, title: "The hub cannot be reached" },
	LLORCH_HUB_TLS: {
		exit: 1,
		title: "No safe connection to the hub could be made",
	},
	LLORCH_PROXY_FAILED: { exit: 1, title: "The proxy does not let us through" },
	LLORCH_CA_UNREADABLE: {
		exit: 3,
		title: "A file of certificates cannot be read",
	},
	LLORCH_HUB_LOGIN_NEEDED: {
		exit: 1,
		title: "The hub shows this only to those who log in, if it exists",
	},
	LLORCH_HUB_TOKEN_REFUSED: {
		exit: 1,
		title: "The hub does not accept the token",
	},
	LLORCH_HUB_TOKEN_INVALID: {
		exit: 3,
		title: "What stands for the token cannot be one",
	},
	LLORCH_GATED: {
		exit: 1,
		title: "Access to the repository must be asked for",
	},
	LLORCH_REPO_NOT_FOUND: { exit: 1, title: "The hub has no such repository" },
	LLORCH_REVISION_NOT_FOUND: {
		exit: 1,
		title: "The repository has no such revision",
	},
	LLORCH_HUB_FILE_NOT_FOUND: {
		exit: 1,
		title: "The repository has no such file at that revision",
	},
	LLORCH_HUB_BUSY: { exit: 1, title: "The hub asks us to come back later" },
	LLORCH_HUB_FAILED: { exit: 1, title: "The hub failed to answer" },
	LLORCH_HUB_ANSWER: {
		exit: 1,
		title: "The hub's answer lacks what a download needs",
	},
});
