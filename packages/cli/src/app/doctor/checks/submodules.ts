import { availableParallelism } from "node:os";
import {
	type Check,
	type Clock,
	type CommandRunner,
	type Finding,
	toErrorInfo,
} from "@llorch/core";

/** Whether the repository's submodules are there, and at the commits it records. */
export function submodulesCheck(
	{ runner, clock }: { runner: CommandRunner; clock: Clock },
	repositoryRoot: () => Promise<string | undefined>,
): Check {
	return {
		id: "submodules",
		title: "submodules",
		timeoutMs: 15_000,
		async run(signal) {
			const root = await repositoryRoot();
			if (root === undefined) return [];
			const { findDrift, readSubmodules } = await import("@llorch/git");
			const parallel = availableParallelism();
			try {
				return findDrift(
					await readSubmodules(root, { runner, clock, parallel, signal }),
				);
			} catch (error) {
				signal.throwIfAborted();
				return refused(root, error);
			}
		},
	};
}

function refused(root: string, error: unknown): Finding[] {
	const { code, message } = toErrorInfo(error);
	// Without git there is nothing to look at, and the check of git says so.
	if (code === "LLORCH_PROGRAM_NOT_FOUND") return [];
	if (message.includes("dubious ownership"))
		return [
			{
				level: "warning",
				text: `git does not work in ${root}, because somebody else owns it`,
				fix: {
					run: ["git", "config", "--global", "--add", "safe.directory", root],
					safe: false,
				},
			},
		];
	return [
		{
			level: "warning",
			text: `the submodules of ${root} cannot be listed: ${message}`,
		},
	];
}
