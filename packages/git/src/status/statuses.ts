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

/** The statuses of several repositories, one after the other; undefined for one that git fails on. */
export async function readStatuses(
	door: GitDoor,
	roots: readonly string[],
): Promise<(PorcelainStatus | undefined)[]> {
	const outputs = await runTogether(
		door,
		roots.map((folder) => ({ folder, args: STATUS_ARGUMENTS })),
	);
	return outputs.map(({ code, stdout }) =>
		code === 0 ? parsePorcelainStatus(stdout) : undefined,
	);
}
