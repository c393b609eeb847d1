import { type GitDoor, gitValue } from "../run-git.ts";

/** How own commits and the remote's come together. */
export type PullMode = "rebase" | "rebase-merges" | "merge" | "fast-forward";

/** As git is configured (`branch.NAME.rebase`, `pull.rebase`, `pull.ff`); where it is not: rebase. */
export async function readPullMode(
	door: GitDoor,
	root: string,
	branch: string,
): Promise<PullMode> {
	const read = (key: string) => gitValue(door, root, ["config", "--get", key]);
	const rebase =
		(await read(`branch.${branch}.rebase`)) ?? (await read("pull.rebase"));
	if (rebase === "merges" || rebase === "m") return "rebase-merges";
	if (rebase !== undefined && /^(false|no|off|0)$/i.test(rebase))
		return (await read("pull.ff")) === "only" ? "fast-forward" : "merge";
	if (rebase === undefined && (await read("pull.ff")) === "only")
		return "fast-forward";
	return "rebase";
}
