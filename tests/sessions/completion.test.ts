import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { quotePosix } from "@llorch/core";
import { llorchProgram, makeWorld, realTest } from "@llorch/testkit";
import { expect } from "vitest";

/** Runs a shell's script in a world where `llorch` is on PATH. */
async function inShell(shell: string, script: string): Promise<string[]> {
	await using world = await makeWorld({ tools: ["git"] });
	const { file, args } = llorchProgram();
	await world.program(
		"llorch",
		`#!/bin/sh\nexec ${quotePosix([file, ...args])} "$@"\n`,
	);
	const { stdout } = await promisify(execFile)(shell, ["-c", script], {
		cwd: world.folder,
		env: world.env,
	});
	return stdout.split("\n").filter(Boolean);
}

realTest(
	["bash"],
	"Tab in a real bash offers commands and model ids",
	async () => {
		const words = (line: string) =>
			inShell(
				"bash",
				`eval "$(llorch completion bash)"
			COMP_WORDS=(${line}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
			_llorch; printf '%s\\n' "\${COMPREPLY[@]}"`,
			);
		expect(await words("llorch models down")).toEqual(["download"]);
		expect(await words("llorch models download tinyl")).toEqual(["tinyllama"]);
		expect(await words("llorch models download --al")).toEqual(["--all"]);
	},
);

realTest(
	["fish"],
	"Tab in a real fish offers commands and model ids",
	async () => {
		const offers = await inShell(
			"fish",
			"llorch completion fish | source; complete -C 'llorch models down'; complete -C 'llorch models download tinyl'",
		);
		expect(offers.map((line) => line.split("\t")[0])).toEqual([
			"download",
			"tinyllama",
		]);
	},
);

realTest(
	["zsh"],
	"Tab in a real zsh offers commands and model ids",
	async () => {
		// zpty gives the completion system the terminal it wants.
		const screen = await inShell(
			"zsh",
			`zmodload zsh/zpty
		zpty z zsh -f -i
		zpty -w z 'PS1=; autoload -U compinit; compinit -u -D; eval "$(llorch completion zsh)"; echo REA''DY'
		zpty -r -m z line '*READY*'
		zpty -w -n z $'llorch models download tinyl\\t'
		zpty -r -m z line '*tinyllama*'
		print -r -- "$line"
		zpty -d z`,
		);
		expect(screen.join("\n")).toContain("tinyllama");
	},
);
