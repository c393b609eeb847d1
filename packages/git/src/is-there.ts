import { stat } from "node:fs/promises";
import { hasCode } from "@llorch/core";

/** Whether there is anything at a path. */
export async function isThere(path: string): Promise<boolean> {
	try {
		await stat(path);
		return true;
	} catch (error) {
		if (hasCode(error, "ENOENT", "ENOTDIR")) return false;
		throw error;
	}
}
