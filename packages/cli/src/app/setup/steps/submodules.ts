import {
	capture,
	formatCount,
	formatRunResult,
	LlorchError,
	sanitize,
	succeeded,
} from "@llorch/core";
import type { App } from "../../app.ts";
import { withoutGitVariables } from "../../parts/git.ts";
import type { Step } from "../types.ts";

/** Checks out the submodules that are missing. Those that are there stay as they are: they may hold work. */
export function submodulesStep(app: App): Step {
	const { signal } = app;
	const runner = async () => withoutGitVariables(await app.runner(), app.env);
	const findMissing = async (root: string): Promise<string[]> => {
		const { stdout, stderr, result } = await capture(
			await runner(),
			{
				file: "git",
				args: ["-C", root, "submodule", "status"],
				env: { LC_ALL: "C" },
			},
			{ signal },
		);
		signal.throwIfAborted();
		if (!succeeded(result))
			throw new LlorchError(
				"LLORCH_SETUP_STEP_FAILED",
				`the submodules cannot be listed: ${firstLine(stderr)}`,
			);
		return stdout
			.split("\n")
			.filter((line) => line.startsWith("-"))
			.map((line) => line.replace(/^-[0-9a-f]+ /, ""));
	};
	return {
		id: "submodules",
		title: "repository and submodules",
		async look() {
			const root = await app.repositoryRoot();
			if (root === undefined)
				return { state: "skip", text: "outside of any repository" };
			const missing = await findMissing(root);
			return missing.length === 0
				? { state: "present", text: root }
				: {
						state: "todo",
						text: `check out ${formatCount(missing.length, "submodule")} of ${root}: ${missing.join(", ")}`,
					};
		},
		async *make() {
			const root = (await app.repositoryRoot()) ?? app.cwd;
			const missing = await findMissing(root);
			const running = await (await runner()).start(
				{
					file: "git",
					args: [
						...["-C", root, "submodule", "update", "--init", "--recursive"],
						...["--", ...missing],
					],
					// A question for a password would wait for ever.
					env: { LC_ALL: "C", GIT_TERMINAL_PROMPT: "0" },
				},
				{ signal },
			);
			let said = "";
			for await (const { bytes } of running.output) {
				said += new TextDecoder().decode(bytes);
				yield { type: "output", stream: "err", bytes };
			}
			const result = await running.done;
			signal.throwIfAborted();
			if (!succeeded(result))
				throw new LlorchError(
					"LLORCH_SETUP_STEP_FAILED",
					`git submodule update ended with ${formatRunResult(result)}: ${lastLine(said)}`,
				);
			return `${formatCount(missing.length, "submodule")} checked out`;
		},
	};
}

function firstLine(text: string): string {
	return sanitize(text).trim().split("\n")[0] ?? "";
}

function lastLine(text: string): string {
	return sanitize(text).trim().split("\n").at(-1) ?? "";
}
