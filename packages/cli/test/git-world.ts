import { type GitWorld, makeGitWorld } from "@llorch/testkit/git";
import { llorch, type Session, type SessionOptions } from "./session.ts";

/** A world with a remote and four submodules, and llorch in it. */
export type GitSession = GitWorld & {
	llorch(
		args: string | readonly string[],
		options?: SessionOptions,
	): Promise<Session>;
	/** The first characters of a commit, as llorch shows them. */
	hash(folder: string, revision?: string): Promise<string>;
	short(folder: string, revision?: string): Promise<string>;
};

export async function openGitWorld(
	options: { nested?: boolean } = {},
): Promise<GitSession> {
	const world = await makeGitWorld(options);
	const revision = async (folder: string, ...args: string[]) =>
		(await world.at(folder, "rev-parse", ...args)).trim();
	return {
		...world,
		llorch: (args, rest) =>
			llorch(args, {
				home: world.home,
				cwd: world.folder,
				...rest,
				env: { ...world.env, ...rest?.env },
			}),
		hash: async (folder, name = "HEAD") =>
			(await revision(folder, name)).slice(0, 10),
		short: (folder, name = "HEAD") => revision(folder, "--short", name),
	};
}
