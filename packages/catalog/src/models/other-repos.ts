import type { StoreUsage } from "../store/types.ts";
import type { TargetState } from "./state.ts";

/** Files in the cache that no entry of the catalog is. */
export type OtherRepo = { repo: string; files: number; bytes: number };

/**
 * What every repository in the cache has beside the catalog's files, largest first. A file that two entries are of is
 * counted once.
 */
export function otherRepos(
	{ repos }: StoreUsage,
	known: readonly (Pick<TargetState, "files"> & { repo: string })[],
): OtherRepo[] {
	return repos
		.map(({ repo, files, bytes }) => {
			const own = new Map(
				known
					.filter((target) => target.repo === repo)
					.flatMap((target) => target.files)
					.map((file) => [file.blob ?? file.partial ?? "", file]),
			);
			const ours = [...own.values()];
			return {
				repo,
				files:
					files - ours.filter(({ snapshot }) => snapshot !== undefined).length,
				bytes: ours.reduce((rest, file) => rest - file.bytes, bytes),
			};
		})
		.filter(({ bytes }) => bytes > 0)
		.sort((left, right) => right.bytes - left.bytes);
}
