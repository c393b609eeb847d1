import { execFileSync } from "node:child_process";
import type { Check, CommandRunner, Finding } from "@llorch/core";
import { createLocalRunner } from "@llorch/run";
import { makeWorld, type World, type WorldOptions } from "@llorch/testkit";
import { expect, onTestFinished } from "vitest";
import { describeMachine, type Machine } from "../src/app/doctor/machine.ts";
import { createCli } from "../src/run.ts";

/** A machine with no program but a shell and those that a test puts there. */
export type SmallMachine = {
	world: World;
	runner: CommandRunner;
	machine: () => Promise<Machine>;
	/** What the check finds; every fix is held against `expectRunnable`. */
	findings(check: Check): Promise<Finding[]>;
	/** A stand-in that prints `stdout` and `stderr` and ends with `exit`. */
	standIn(name: string, says: Says): Promise<void>;
};

export type Says = { stdout?: string; stderr?: string; exit?: number };

export async function smallMachine(
	options: WorldOptions & { programs?: Readonly<Record<string, Says>> } = {},
): Promise<SmallMachine> {
	const { programs = {}, tools = [], ...rest } = options;
	const world = await makeWorld({
		systemPrograms: false,
		...rest,
		tools: ["sh", "id", "cat", "sleep", ...tools],
	});
	onTestFinished(() => world.dispose());
	const runner = createLocalRunner({
		env: world.env,
		cwd: world.folder,
		killAfterMs: 100,
	});
	const machine = () => describeMachine(runner);
	const standIn = async (name: string, says: Says) => {
		const { stdout = "", stderr = "", exit = 0 } = says;
		const text = `#!/bin/sh\ncat <<'END'\n${stdout}\nEND\ncat >&2 <<'END'\n${stderr}\nEND\nexit ${exit}\n`;
		await world.program(name, text);
	};
	for (const [name, says] of Object.entries(programs))
		await standIn(name, says);
	return {
		world,
		runner,
		machine,
		standIn,
		async findings(check) {
			const findings = await check.run(AbortSignal.timeout(check.timeoutMs));
			for (const { fix } of findings)
				if (fix !== undefined) expectRunnable(fix.run);
			return findings;
		},
	};
}

// Those that a fix may name without a look: it is told by the machine's answer, or is part of what was just found.
const KNOWN = new Set([
	"apk",
	"apt-get",
	"brew",
	"chmod",
	"dnf",
	"git",
	"llm",
	"modprobe",
	"mv",
	"npm",
	"pacman",
	"pipx",
	"rustup",
	"sh",
	"ssh-add",
	"ssh-agent",
	"ssh-keygen",
	"su",
	"sudo",
	"uv",
	"xcode-select",
	"zypper",
]);

/** A fix is llorch's own command and parses, or a known program's; a shell script is one that the shell can read. */
export function expectRunnable(run: readonly string[]): void {
	const [file, ...args] = run;
	if (file === "llorch") createCli().process(args, {} as never);
	else expect(KNOWN).toContain(file);
	if (file === "sh" && args[0] === "-c")
		execFileSync("sh", ["-n", "-c", args[1] ?? ""]);
}
