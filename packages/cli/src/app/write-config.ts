import { isSystemError, LlorchError } from "@llorch/core";

/** Writes a configuration file. Throws LLORCH_CONFIG_UNWRITABLE for what the system refuses. */
export async function writeConfig<T>(
	path: string,
	write: () => Promise<T>,
): Promise<T> {
	try {
		return await write();
	} catch (error) {
		if (!isSystemError(error)) throw error;
		throw new LlorchError(
			"LLORCH_CONFIG_UNWRITABLE",
			`${path} cannot be written: ${error.message}`,
			{ cause: error },
		);
	}
}
