import type { CommandRunner, RunSpec } from "@llorch/core";

/** The same runner, telling `onStart` each spec just before it is started: for `--verbose` and the log. */
export function observeRunner(
	runner: CommandRunner,
	onStart: (spec: RunSpec) => void,
): CommandRunner {
	return {
		host: runner.host,
		start(spec, options) {
			onStart(spec);
			return runner.start(spec, options);
		},
	};
}
