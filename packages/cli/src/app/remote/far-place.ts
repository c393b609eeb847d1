import { isAbsolute, posix, relative, sep } from "node:path";
import type { HostRef } from "@llorch/remote";
import type { RemoteSettings } from "@llorch/remote/declarations";
import type { App } from "../app.ts";

/** Where a forwarded command works. */
export type FarPlace = {
	/** Where the repository is there. */
	repository: string;
	/** Our place in it. */
	folder: string;
	/** The configuration says it is there; the default may be missing. */
	required: boolean;
};

// Where the old script worked.
const DEFAULT_REPOSITORY = "~/Projects/llama-orch";

/** The host's `repo_path`, and in it the folder that we stand in here. `LLORCH_REMOTE_PATH` goes before every profile. */
export async function farPlace(
	app: App,
	{ profile }: HostRef,
	settings: RemoteSettings,
): Promise<FarPlace> {
	const asked =
		app.env.LLORCH_REMOTE_PATH ||
		profile.repo_path ||
		settings.repo_path ||
		undefined;
	const repository = asked ?? DEFAULT_REPOSITORY;
	const root = await app.repositoryRoot();
	const inside = root === undefined ? "" : relative(root, app.cwd);
	const known =
		inside !== "" && !inside.startsWith("..") && !isAbsolute(inside);
	return {
		repository,
		folder: known ? posix.join(repository, ...inside.split(sep)) : repository,
		required: asked !== undefined,
	};
}
