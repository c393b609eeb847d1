import { availableParallelism, machine, release, type } from "node:os";
import { type CommandRunner, formatRunSpec, type RunSpec } from "@llorch/core";
import { createGit, type Git } from "@llorch/git";
import { gitSection } from "@llorch/git/declarations";
import type { App } from "../app.ts";

/** The repository we stand in. Nothing is looked at before it is needed. */
export async function openGit(
	app: App,
	flags: { verbose: boolean },
): Promise<Git> {
	const settings = (await app.config()).get(gitSection);
	const log = await app.log();
	return createGit({
		runner: withoutGitVariables(await app.runner(), app.env),
		clock: app.clock,
		folder: (await app.repositoryRoot()) ?? app.cwd,
		parallel: settings.parallel || availableParallelism(),
		maxFile: settings.undo_max_file,
		days: settings.undo_days,
		os: `${type()} ${release()} ${machine()}`,
		env: app.env,
		onCommand(spec) {
			log.write({ event: "run", host: "local", spec });
			if (flags.verbose)
				app.report({
					type: "note",
					level: "info",
					text: `$ ${formatRunSpec(spec)}`,
				});
		},
	});
}

// `git rev-parse --local-env-vars`: they tie git to one repository.
const LOCAL = [
	"GIT_ALTERNATE_OBJECT_DIRECTORIES",
	"GIT_CONFIG",
	"GIT_CONFIG_PARAMETERS",
	"GIT_CONFIG_COUNT",
	"GIT_OBJECT_DIRECTORY",
	"GIT_DIR",
	"GIT_WORK_TREE",
	"GIT_IMPLICIT_WORK_TREE",
	"GIT_GRAFT_FILE",
	"GIT_INDEX_FILE",
	"GIT_NO_REPLACE_OBJECTS",
	"GIT_REPLACE_REF_BASE",
	"GIT_PREFIX",
	"GIT_SHALLOW_FILE",
	"GIT_COMMON_DIR",
] as const;

/** git sets them for hooks and aliases. In a submodule they would lead to the wrong repository. */
export function withoutGitVariables(
	runner: CommandRunner,
	env: App["env"],
): CommandRunner {
	const set = LOCAL.filter((name) => env[name] !== undefined);
	if (set.length === 0) return runner;
	const clean = (spec: RunSpec): RunSpec => {
		// What we set ourselves is meant.
		const unset = set.filter((name) => spec.env?.[name] === undefined);
		return {
			...spec,
			file: "env",
			args: [...unset.flatMap((name) => ["-u", name]), spec.file, ...spec.args],
		};
	};
	return {
		host: runner.host,
		start: (spec, options) => runner.start(clean(spec), options),
	};
}
