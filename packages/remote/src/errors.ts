import { defineErrors } from "@llorch/core";

/** Failures of reaching a host and of running things there. Exit 5: the host could not be used at all. */
export const remoteErrors = defineErrors({
	LLORCH_HOST_UNKNOWN: { exit: 5, title: "There is no host of this name" },
	LLORCH_HOST_GROUP_UNKNOWN: {
		exit: 2,
		title: "There is no group of hosts of this name",
	},
	LLORCH_HOST_EXISTS: { exit: 1, title: "There is a profile of this name" },
	LLORCH_HOST_NO_PROFILE: {
		exit: 1,
		title: "There is no profile of this name",
	},
	LLORCH_HOST_REFUSED: { exit: 5, title: "The host refused the connection" },
	LLORCH_HOST_SILENT: { exit: 5, title: "The host did not answer in time" },
	LLORCH_HOST_UNREACHABLE: { exit: 5, title: "The host cannot be reached" },
	LLORCH_HOST_NOT_SSH: {
		exit: 5,
		title: "What answers there does not speak SSH as we need it",
	},
	LLORCH_HOST_LOST: { exit: 5, title: "The connection to the host was lost" },
	LLORCH_HOST_KEY_UNKNOWN: { exit: 5, title: "The host's key is not known" },
	LLORCH_HOST_KEY_CHANGED: {
		exit: 5,
		title: "The host's key is not the one that is known",
	},
	LLORCH_HOST_KEY_REVOKED: { exit: 5, title: "The host's key was revoked" },
	LLORCH_LOGIN_REFUSED: { exit: 5, title: "The host refused the login" },
	LLORCH_LOGIN_KEY_LOCKED: {
		exit: 5,
		title: "The key needs its passphrase, and nobody can be asked",
	},
	LLORCH_SSH_CONFIG_INVALID: {
		exit: 3,
		title: "The ssh configuration cannot be read",
	},
	LLORCH_SSH_MISSING: {
		exit: 5,
		title: "OpenSSH's own programs are not installed here",
	},
	LLORCH_REMOTE_NO_SESSION: {
		exit: 5,
		title: "The host allows no further session",
	},
	LLORCH_REMOTE_NO_LLORCH: {
		exit: 5,
		title: "This very llorch is not on the host",
	},
	LLORCH_REMOTE_LLORCH_BROKEN: {
		exit: 5,
		title: "The llorch on the host ended without an answer",
	},
	LLORCH_REMOTE_NO_REPO: {
		exit: 5,
		title: "The repository is not on the host",
	},
	LLORCH_REMOTE_WRONG_PLATFORM: {
		exit: 5,
		title: "There is no llorch for this kind of machine",
	},
	LLORCH_REMOTE_DISK_FULL: { exit: 5, title: "The host's disk is full" },
	LLORCH_REMOTE_SETUP_FAILED: {
		exit: 5,
		title: "llorch could not be put on the host",
	},
	LLORCH_REMOTE_TIMEOUT: {
		exit: 1,
		title: "A program on a host did not end in time",
	},
	LLORCH_REMOTE_OUTPUT_TOO_LARGE: {
		exit: 1,
		title: "A program on a host printed too much for one envelope",
	},
});
