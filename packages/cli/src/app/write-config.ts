import { dirname } from "node:path";
import { isSystemError, LlorchError } from "@llorch/core";

/**
 * Writes a configuration file, in a folder that is made. Whoever reads it before does so in `write`: only one llorch at a time is in
 * there, so that none loses what another has written. Throws LLORCH_CONFIG_UNWRITABLE for what the system refuses.
 */
export async function writeConfig(
	path: string,
	signal: AbortSignal,
	write: () => Promise<void>,
): Promise<void> {
	const { acquireLock, makeFolders } = await import("@llorch/run");
	try {
		await makeFolders(dirname(path));
		await using _lock = await acquireLock(`${path}.lock`, {
			wait: true,
			signal,
		});
		await write();
	} catch (error) {
		if (!isSystemError(error)) throw error;
		throw new LlorchError(
			"LLORCH_CONFIG_UNWRITABLE",
			`${path} cannot be written: ${error.message}`,
			{ cause: error },
		);
	}
}
