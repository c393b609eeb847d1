import { defineErrors } from "@llorch/core";

/** Failures of keeping files: integrity (exit 4), and what this disk does not allow. */
export const storeErrors = defineErrors({
	LLORCH_DIGEST_MISMATCH: {
		exit: 4,
		title: "The bytes are not those of the file that was asked for",
	},
	LLORCH_SIZE_MISMATCH: {
		exit: 4,
		title: "The file has another size than it must have",
	},
	LLORCH_UPSTREAM_CHANGED: {
		exit: 4,
		title: "The hub has another file now than the one that was pinned",
	},
	LLORCH_NO_DIGEST: {
		exit: 4,
		title: "Nobody says what the file's hash must be",
	},
	LLORCH_FILE_DIFFERS: {
		exit: 4,
		title: "Another file stands where the link to the model belongs",
	},
	LLORCH_LINK_BLOCKED: {
		exit: 1,
		title: "Something stands where the link to the model belongs",
	},
	LLORCH_DISK_FULL: { exit: 1, title: "There is not enough space" },
	LLORCH_CACHE_UNUSABLE: {
		exit: 1,
		title: "The model cache cannot be read or written",
	},
	LLORCH_NO_SYMLINKS: {
		exit: 1,
		title: "The model cache's file system has no symbolic links",
	},
	LLORCH_STATE_UNREADABLE: {
		exit: 3,
		title: "What llorch has noted down about models cannot be read",
	},
});
