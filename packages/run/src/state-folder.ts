import { isSystemError, LlorchError } from "@llorch/core";

/**
 * Does something in a folder that llorch keeps its state in: logs, locks, what it must remember. Throws LLORCH_STATE_UNWRITABLE for
 * what the system refuses there.
 */
export async function inStateFolder<T>(
	folder: string,
	work: () => Promise<T>,
): Promise<T> {
	try {
		return await work();
	} catch (error) {
		if (!isSystemError(error)) throw error;
		throw new LlorchError(
			"LLORCH_STATE_UNWRITABLE",
			`${folder}, where llorch keeps its state, cannot be used: ${error.message}`,
			{
				hint: "XDG_STATE_HOME moves it.",
				details: { folder, code: error.code },
				cause: error,
			},
		);
	}
}
