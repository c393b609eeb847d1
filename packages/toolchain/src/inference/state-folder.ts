import { LlorchError } from "@llorch/core";

/** Without a place for the log and the locks nothing is started. */
export async function inStateFolder<T>(
	folder: string,
	work: () => Promise<T>,
): Promise<T> {
	try {
		return await work();
	} catch (error) {
		if (error instanceof LlorchError || !(error instanceof Error)) throw error;
		throw new LlorchError(
			"LLORCH_STATE_UNWRITABLE",
			`${folder}, where the worker's log goes, cannot be used: ${error.message}`,
			{ hint: "XDG_STATE_HOME moves it.", details: { folder } },
		);
	}
}
