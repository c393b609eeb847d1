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

/** Whether git says so: in the system's words (`LC_ALL=C`) or its own (csum-file.c). A line of the remote's is about its disk. */
export function saysFull(stderr: string): boolean {
	return stderr
		.split("\n")
		.some(
			(line) =>
				!line.startsWith("remote: ") &&
				/No space left on device|Disk quota exceeded|Out of diskspace/.test(
					line,
				),
		);
}
