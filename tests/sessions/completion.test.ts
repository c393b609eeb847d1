import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { quotePosix } from "@llorch/core";
import {
	llorchProgram,
	makeWorld,
	programTty,
	realTest,
	type World,
} from "@llorch/testkit";
import { expect } from "vitest";

/** A world where `llorch` is on PATH, and the configuration has hosts. */
async function openWorld(): Promise<World> {
	const world = await makeWorld({
		tools: ["git"],
		files: {
			".llorch.toml":
				'version = 1\n[remote]\ngroups = { gpu = ["mac"] }\n[remote.hosts.mac]\n[remote.hosts.work]\n',
			"tinyfolder/file": "",
		},
	});
	const { file, args } = llorchProgram();
	await world.program(
		"llorch",
		`#!/bin/sh\nexec ${quotePosix([file, ...args])} "$@"\n`,
	);
	return world;
}

/** What a shell's script prints. */
async function inShell(shell: string, script: string): Promise<string[]> {
	await using world = await openWorld();
	const { stdout } = await promisify(execFile)(shell, ["-c", script], {
		cwd: world.folder,
		env: world.env,
	});
	return stdout.split("\n").filter(Boolean);
}

// Ctrl-A and Ctrl-E of readline.
const LINE_BEGIN = "\u0001";
const LINE_END = "\u0005";

/** What is typed, and what Tab makes of it. */
const TYPED: readonly [string, string][] = [
	["models down", "models download"],
	["models download tinyl", "models download tinyllama"],
	["models download --al", "models download --all"],
	["git status --remote m", "git status --remote mac"],
	["git status --remote @g", "git status --remote @gpu"],
	["git status --remote mac,@g", "git status --remote mac,@gpu"],
	["git status --remote=mac,w", "git status --remote=mac,work"],
	["git status --json --remote=m", "git status --json --remote=mac"],
	["remote exec --cwd . @g", "remote exec --cwd . @gpu"],
	// Nobody knows but the shell.
	["models download --cwd t", "models download --cwd tinyfolder/"],
];

realTest(
	["bash", "python3"],
	"Tab in a real bash offers commands, ids, hosts after --remote, and files where nobody knows",
	async () => {
		await using world = await openWorld();
		const bash = programTty(
			world,
			{ file: "bash", args: ["--norc", "-i"] },
			"",
			{
				columns: 200,
			},
		);
		bash.send(`PS1=; eval "$(llorch completion bash)"; echo REA''DY\r`);
		await bash.waitFor("READY");
		for (const [typed, whole] of TYPED) {
			// The line then prints itself.
			bash.send(
				`llorch ${typed}\t${LINE_BEGIN}printf '<%s>\\n' "${LINE_END}"\r`,
			);
			await bash.waitFor(`\n<llorch ${whole}`);
		}
		bash.send("exit\r");
		await bash.done;
	},
);

realTest(["fish"], "Tab in a real fish offers the same", async () => {
	const offers = await inShell(
		"fish",
		`llorch completion fish | source; ${TYPED.map(([typed]) => `complete -C 'llorch ${typed}'`).join("; ")}`,
	);
	expect(offers.map((line) => line.split("\t")[0])).toEqual(
		TYPED.map(([, whole]) => whole.replace(/.* /, "")),
	);
});

realTest(
	["zsh"],
	"Tab in a real zsh offers model ids, and hosts after --remote",
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
		zpty -w -n z $'\\C-ullorch git status --remote mac,@g\\t\\C-aprint -r -- "<\\C-e>"\\n'
		zpty -r -m z line '*<llorch git status --remote mac,@gpu*'
		print -r -- "$line"
		zpty -d z`,
		);
		expect(screen.join("\n")).toContain("--remote mac,@gpu");
	},
);
