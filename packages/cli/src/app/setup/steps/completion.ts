import { appendFile, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { quotePosix, xdgFolder } from "@llorch/core";
import type { App } from "../../app.ts";
import { isOurs, LINE_MARK } from "../record.ts";
import type { Step } from "../types.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** Where a shell looks for the completions of its user, and the line that it needs besides. */
type Place = { path: string; rc?: { path: string; line: string } };

/** The completion of the login shell. @param script what the shell loads */
export function completionStep(
	app: App,
	script: (shell: Shell) => string,
): Step {
	const shell = SHELLS.find((name) => name === basename(app.env.SHELL ?? ""));
	return {
		id: "completion",
		title: "shell completion",
		async look(made) {
			if (shell === undefined)
				return {
					state: "skip",
					text: `there is none for ${app.env.SHELL || "an unknown shell"}`,
				};
			const { path, rc } = placeOf(shell, app);
			const now = await read(path);
			if (now === script(shell) && (await hasLine(rc)))
				return { state: "present", text: path };
			const ours =
				now === undefined ||
				isOurs(made, path, now) ||
				// An llorch that wrote it in place was killed at it.
				script(shell).startsWith(now);
			if (!ours)
				return { state: "skip", text: `${path} is there, and another one` };
			return {
				state: "todo",
				text: `write ${path}${rc === undefined ? "" : `, and a line into ${rc.path}`}`,
			};
		},
		async make(recorder) {
			if (shell === undefined) return "";
			const { path, rc } = placeOf(shell, app);
			await recorder.writeFile(path, script(shell));
			if (rc !== undefined && !(await hasLine(rc))) {
				const before = await read(rc.path);
				const begun = Boolean(before) && !before?.endsWith("\n");
				const text = `${begun ? "\n" : ""}${rc.line}\n`;
				await recorder.makeFolder(dirname(rc.path));
				await recorder.add({
					kind: "line",
					path: rc.path,
					text,
					created: before === undefined,
				});
				await appendFile(rc.path, text);
			}
			return `${path}: new shells have it${shell === "bash" ? ", with bash-completion" : ""}`;
		},
	};
}

function placeOf(shell: Shell, app: App): Place {
	const { env, home } = app;
	const data = xdgFolder("DATA", app);
	const config = xdgFolder("CONFIG", app);
	switch (shell) {
		case "bash":
			return { path: join(data, "bash-completion", "completions", "llorch") };
		case "fish":
			return { path: join(config, "fish", "completions", "llorch.fish") };
		case "zsh": {
			const path = join(data, "llorch", "completion.zsh");
			// zsh looks in no folder of its user; without compinit there is no completion, and nothing to add to.
			const line = `(( $+functions[compdef] )) && source ${quotePosix([path])} ${LINE_MARK}`;
			return { path, rc: { path: join(env.ZDOTDIR || home, ".zshrc"), line } };
		}
	}
}

async function hasLine(rc: Place["rc"]): Promise<boolean> {
	if (rc === undefined) return true;
	return (await read(rc.path))?.split("\n").includes(rc.line) ?? false;
}

async function read(path: string): Promise<string | undefined> {
	return readFile(path, "utf8").catch(() => undefined);
}
