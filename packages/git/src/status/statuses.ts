import { mapAll, type ParallelOptions } from "../parallel.ts";
import {
	type PorcelainStatus,
	parsePorcelainStatus,
} from "../porcelain-status.ts";
import type { GitDoor } from "../run-git.ts";
import { runTogether } from "../run-together.ts";

/** Everything a status shows, in one walk through the files; those of a submodule are looked at in its own turn. */
export const STATUS_ARGUMENTS = [
	"status",
	"--porcelain=v2",
	"--branch",
	"-z",
	"--untracked-files=normal",
	"--ignore-submodules=dirty",
] as const;

/** The status of many repositories, by root; those that git fails on are left out. */
export async function readStatuses(
	options: GitDoor & ParallelOptions,
	roots: readonly string[],
): Promise<Map<string, PorcelainStatus>> {
	// Twice as many shares as run at once, so that one with large repositories does not keep all waiting.
	const size = Math.ceil(roots.length / (options.parallel * 2));
	const shares: string[][] = [];
	for (let at = 0; at < roots.length; at += size)
		shares.push(roots.slice(at, at + size));
	const statuses = new Map<string, PorcelainStatus>();
	await mapAll(
		shares,
		async (share) => {
			const outputs = await runTogether(
				options,
				share.map((folder) => ({ folder, args: STATUS_ARGUMENTS })),
			);
			for (const [index, { stdout, code }] of outputs.entries()) {
				const root = share[index];
				if (root !== undefined && code === 0)
					statuses.set(root, parsePorcelainStatus(stdout));
			}
		},
		options,
	);
	return statuses;
}
