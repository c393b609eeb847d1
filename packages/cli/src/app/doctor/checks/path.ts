import { readdir } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import type { Check } from "@llorch/core";

/** Programs that llorch's own set-up and doctor's fixes put there. */
const OURS = ["llorch", "llm", "hf"];

// Login shells of the Bourne family read ~/.profile; zsh reads ~/.zprofile.
const ADD_TO_PATH =
	'printf \'\\nexport PATH="$HOME/.local/bin:$PATH"\\n\' >> "$HOME/$1"';

/** Whether programs installed for this user alone can be found. */
export function pathCheck(place: {
	home: string;
	path: string | undefined;
	shell: string | undefined;
}): Check {
	return {
		id: "path",
		title: "PATH",
		timeoutMs: 5_000,
		async run() {
			const folder = join(place.home, ".local", "bin");
			const names = await readdir(folder).catch(() => [] as string[]);
			const here = OURS.filter((name) => names.includes(name));
			if (here.length === 0) return [];
			const onPath = (place.path ?? "")
				.split(delimiter)
				.some((part) => part !== "" && resolve(part) === folder);
			if (onPath) return [{ level: "ok", text: "~/.local/bin is on PATH" }];
			const profile = place.shell?.endsWith("zsh") ? ".zprofile" : ".profile";
			return [
				{
					level: "warning",
					text: `~/.local/bin holds ${here.join(", ")}, and is not on PATH (a new login reads ~/${profile})`,
					fix: { run: ["sh", "-c", ADD_TO_PATH, "sh", profile], safe: false },
				},
			];
		},
	};
}
