import { mkdir } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Acted } from "./acted.ts";
import type { Kept } from "./kept.ts";
import type { KeptRepository } from "./manifest.ts";
import { copyIfThere } from "./write-trees.ts";

/** Parts of a repository's configuration that an action may change. */
export const CONFIGURATION = ["config", "config.worktree"] as const;

/** Keeps a repository's configuration, and nothing else of it. */
export async function keepConfiguration(
	options: Acted & { outerRoot: string; folder: string },
): Promise<Kept> {
	const { worktree, folder, outerRoot } = options;
	await mkdir(folder, { recursive: true });
	for (const name of CONFIGURATION)
		await copyIfThere(join(worktree.commonDir, name), join(folder, name));
	return { repository: sketch(outerRoot, options) };
}

/** What is said of a repository of which nothing has been kept yet. */
export function sketch(
	outerRoot: string,
	{ worktree, path, extent }: Acted,
): KeptRepository {
	return {
		path,
		gitDir: relative(outerRoot, worktree.gitDir),
		extent,
		dotGit: null,
		head: { branch: null, commit: null },
		scope: [],
		tree: "",
		indexTime: null,
		moved: [],
		left: [],
	};
}
