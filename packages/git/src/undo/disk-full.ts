import { hasCode, LlorchError } from "@llorch/core";

/** A full disk in our words; anything else as it is. */
export function explainFull(error: unknown, root: string): unknown {
	if (!hasCode(error, "ENOSPC", "EDQUOT")) return error;
	return new LlorchError(
		"LLORCH_GIT_DISK_FULL",
		`the disk is full: ${root} cannot be written further`,
		{ details: { folder: root, code: String(error.code) }, cause: error },
	);
}
