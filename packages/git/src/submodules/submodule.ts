import { access } from "node:fs/promises";
import { join } from "node:path";
import { type RawPath, splitNul, textOf } from "../raw-path.ts";
import { type GitDoor, git, runGit } from "../run-git.ts";
import { runTogether } from "../run-together.ts";

/** A submodule as a repository describes and records it. */
export type Submodule = {
	name: string;
	/** From the root of the repository that has it. */
	path: RawPath;
	/** Absolute. */
	root: string;
	/** As `.gitmodules` has it: may be relative to the remote, and may hold a password. */
	url: string;
	/** The branch it follows, if `.gitmodules` names one. `.` means the name of the superproject's. */
	branch?: string;
	/** How `git submodule update` shall bring it up to date; `none` means not at all. */
	update?: string;
	/** The commit that the index records. Absent while its entry is in conflict. */
	recorded?: string;
};

/** Where a description of submodules is read from: the files and the index, or a commit. */
export type SubmoduleSource = { commit?: string };

/**
 * The submodules of a repository, by path: entries of the index (or of a commit) that `.gitmodules` there describes. Nested
 * ones are not looked for. Throws LLORCH_GIT_FAILED when `.gitmodules` cannot be understood.
 */
export async function listSubmodules(
	door: GitDoor,
	root: string,
	{ commit }: SubmoduleSource = {},
): Promise<Submodule[]> {
	if (commit === undefined && !(await exists(join(root, ".gitmodules"))))
		return [];
	const commands = {
		describe: [
			"config",
			...(commit === undefined
				? ["-f", ".gitmodules"]
				: ["--blob", `${commit}:.gitmodules`]),
			"-z",
			"--list",
		],
		record:
			commit === undefined
				? ["ls-files", "-s", "-z"]
				: ["ls-tree", "-r", "-z", commit],
	};
	const [descriptions, records] = await runTogether(door, [
		{ folder: root, args: commands.describe },
		{ folder: root, args: commands.record },
	]);
	if (descriptions?.code !== 0) {
		const { stderr } = await runGit(door, root, commands.describe);
		// A commit without the file has no submodules. Anything else must not pass for that.
		if (/unable to resolve config blob/.test(stderr)) return [];
		await git(door, root, commands.describe);
	}
	const described = parseDescriptions(descriptions?.stdout ?? Buffer.alloc(0));
	const recorded = parseGitlinks(
		records?.code === 0
			? records.stdout
			: await git(door, root, commands.record),
		commit,
	);
	return described
		.filter(({ path }) => recorded.has(path))
		.map(({ path, ...rest }) => {
			const oid = recorded.get(path);
			return {
				...rest,
				path,
				root: join(root, textOf(path) ?? path),
				...(oid === undefined ? {} : { recorded: oid }),
			};
		})
		.sort((a, b) => (a.path < b.path ? -1 : 1));
}

type Description = Omit<Submodule, "root" | "recorded">;

function parseDescriptions(stdout: Uint8Array): Description[] {
	const byName = new Map<string, Record<string, RawPath>>();
	for (const record of splitNul(stdout)) {
		const newline = record.indexOf("\n");
		const [, name, key] =
			/^submodule\.(.+)\.([^.]+)$/s.exec(record.slice(0, newline)) ?? [];
		if (name === undefined || key === undefined) continue;
		const values = byName.get(name) ?? {};
		values[key] = record.slice(newline + 1) as RawPath;
		byName.set(name, values);
	}
	return [...byName].flatMap(([name, { path, url, branch, update }]) =>
		path === undefined
			? []
			: {
					name: decode(name as RawPath),
					path: path.replace(/\/+$/, "") as RawPath,
					url: url === undefined ? "" : decode(url),
					...(branch === undefined ? {} : { branch: decode(branch) }),
					...(update === undefined ? {} : { update: decode(update) }),
				},
	);
}

async function exists(path: string): Promise<boolean> {
	return access(path).then(
		() => true,
		() => false,
	);
}

function decode(bytes: RawPath): string {
	return Buffer.from(bytes, "latin1").toString();
}

/** The recorded commits by path; `undefined` for one in conflict. */
function parseGitlinks(
	listing: Uint8Array,
	commit: string | undefined,
): Map<RawPath, string | undefined> {
	const found = new Map<RawPath, string | undefined>();
	for (const record of splitNul(listing)) {
		const tab = record.indexOf("\t");
		const fields = record.slice(0, tab).split(" ");
		if (fields[0] !== "160000") continue;
		const path = record.slice(tab + 1) as RawPath;
		const [oid, stage] =
			commit === undefined ? [fields[1], fields[2]] : [fields[2], "0"];
		found.set(path, stage === "0" ? oid : undefined);
	}
	return found;
}
