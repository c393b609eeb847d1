import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

export type IgnoredFiles = Record<string, string>;

/** What is in the files that git ignores, in these folders below a root; by path, with one character per byte. */
export function readIgnored(
	root: string,
	env: Record<string, string>,
	folders: readonly string[],
): IgnoredFiles {
	const paths = folders.flatMap((folder) =>
		execFileSync(
			"git",
			["ls-files", "--others", "--ignored", "--exclude-standard", "-z"],
			{ cwd: `${root}/${folder}`, env, encoding: "latin1" },
		)
			.split("\0")
			.filter((path) => path !== "" && !path.endsWith("/"))
			.map((path) => `${Buffer.from(folder).toString("latin1")}/${path}`),
	);
	return readAgain(root, paths);
}

/** The same files as they are now. */
export function readAgain(
	root: string,
	paths: readonly string[],
): IgnoredFiles {
	const read = (path: string) => {
		const file = Buffer.from(
			`${Buffer.from(root).toString("latin1")}/${path}`,
			"latin1",
		);
		try {
			return readFileSync(file, "latin1");
		} catch (error) {
			return String(error);
		}
	};
	return Object.fromEntries(paths.map((path) => [path, read(path)]));
}
