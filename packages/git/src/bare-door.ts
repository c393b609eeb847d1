import type { GitDoor } from "./run-git.ts";

/** For a git dir whose working tree may be gone, or not be there yet: git would refuse to start there, or find another one. */
export function bareDoor<D extends GitDoor>(door: D, gitDir: string): D {
	const { runner } = door;
	return {
		...door,
		runner: {
			host: runner.host,
			start: (spec, options) =>
				runner.start(
					{
						...spec,
						env: { ...spec.env, GIT_DIR: gitDir, GIT_WORK_TREE: gitDir },
					},
					options,
				),
		},
	};
}
