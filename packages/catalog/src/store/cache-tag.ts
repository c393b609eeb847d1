import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hasCode } from "@llorch/core";
import { makeFolder, onDisk } from "./disk.ts";

// https://bford.info/cachedir/: backup programs leave folders with this file out.
const TAG = `Signature: 8a477f597d28d172789f06886806bc55
# This file is a cache directory tag created by llorch, in a cache shared with huggingface_hub.
# For information about cache directory tags, see: https://bford.info/cachedir/
`;

/** Makes the cache folder where it is missing, and marks it as a cache. */
export async function prepareCache(cache: string): Promise<void> {
	await makeFolder(cache);
	const path = join(cache, "CACHEDIR.TAG");
	await onDisk(path, async () => {
		await writeFile(path, TAG, { flag: "wx" }).catch((error: unknown) => {
			if (!hasCode(error, "EEXIST")) throw error;
		});
	});
}
