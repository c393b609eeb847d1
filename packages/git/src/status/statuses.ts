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
	// Dealt out in turn, so that neighbours, often alike in size, go to different shells.
	const hands = Math.min(options.parallel, roots.length);
	const shares = Array.from({ length: hands }, (_, hand) =>
		roots.filter((_, index) => index % hands === hand),
	);
	const statuses = new Map<string, PorcelainStatus>();
	await mapAll(
		shares,
		async (share) => {
			const outputs = await runTogether(
				options,
				share.map((folder) => ({ folder, args: STATUS_ARGUMENTS })),
			);
			for (const [index, { stdout, code }] of outputs.entries())
				if (code === 0)
					statuses.set(share[index] as string, parsePorcelainStatus(stdout));
		},
		options,
	);
	return statuses;
}
