import { copyFile, open, rename, unlink } from "node:fs/promises";
import { hasCode } from "@llorch/core";

/** Moves a file, also to another disk; there it is copied, made durable, and only then removed here. */
export async function moveFile(
	from: string | Buffer,
	to: string | Buffer,
): Promise<void> {
	try {
		await rename(from, to);
		return;
	} catch (error) {
		if (!hasCode(error, "EXDEV")) throw error;
	}
	await copyFile(from, to);
	const file = await open(to, "r");
	try {
		await file.sync();
	} finally {
		await file.close();
	}
	await unlink(from);
}
