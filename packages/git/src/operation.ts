import { readdir } from "node:fs/promises";
import { hasCode } from "@llorch/core";

/** What a repository can be in the middle of. */
export type Operation =
	| "rebase"
	| "am"
	| "merge"
	| "cherry-pick"
	| "revert"
	| "bisect";

// As wt-status.c tells them apart; the first that is there counts.
const SIGNS: readonly [file: string, operation: Operation][] = [
	["rebase-merge", "rebase"],
	["rebase-apply", "rebase"],
	["MERGE_HEAD", "merge"],
	["CHERRY_PICK_HEAD", "cherry-pick"],
	["REVERT_HEAD", "revert"],
	["BISECT_LOG", "bisect"],
];

/** What a repository is in the middle of; read from disk, without git. */
export async function findOperation(
	gitDir: string,
): Promise<Operation | undefined> {
	const names = new Set(await list(gitDir));
	const operation = SIGNS.find(([file]) => names.has(file));
	if (operation?.[0] !== "rebase-apply") return operation?.[1];
	return (await list(`${gitDir}/rebase-apply`)).includes("applying")
		? "am"
		: "rebase";
}

async function list(folder: string): Promise<string[]> {
	try {
		return await readdir(folder);
	} catch (error) {
		if (hasCode(error, "ENOENT", "ENOTDIR")) return [];
		throw error;
	}
}
