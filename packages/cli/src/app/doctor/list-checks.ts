import { showPath } from "@llorch/config";
import type { Check } from "@llorch/core";
import type { App } from "../app.ts";
import { once } from "../once.ts";
import { withoutGitVariables } from "../parts/git.ts";
import { version } from "../version.ts";
import { cargoCheck } from "./checks/cargo.ts";
import { configCheck } from "./checks/config.ts";
import { gitCheck } from "./checks/git.ts";
import { gpuCheck } from "./checks/gpu.ts";
import { hfCheck } from "./checks/hf.ts";
import { nodeCheck } from "./checks/node.ts";
import { pathCheck } from "./checks/path.ts";
import { pythonCheck } from "./checks/python.ts";
import { sshAgentCheck, sshCheck } from "./checks/ssh.ts";
import { submodulesCheck } from "./checks/submodules.ts";
import {
	declared,
	llmChecks,
	modelChecks,
	rootOf,
	rustChecks,
} from "./declared-checks.ts";
import { describeMachine } from "./machine.ts";

/** Every check there is: doctor's own, and those the features declare. The order is that of the report. */
export async function listChecks(app: App): Promise<readonly Check[]> {
	const { home, cwd, env, clock } = app;
	const runner = await app.runner();
	const { lookRunner } = await import("@llorch/toolchain");
	const git = withoutGitVariables(runner, env);
	const machine = once(() => describeMachine(runner));
	const repositoryRoot = () => rootOf(app);
	return [
		nodeCheck(
			{
				llorch: version,
				path: process.execPath,
				node: process.versions.node,
				bun: process.versions.bun,
			},
			machine,
		),
		gitCheck(runner, machine),
		submodulesCheck({ runner: git, clock }, repositoryRoot),
		configCheck(app.configReport, (path) => showPath(path, { cwd, home })),
		...(await declared("catalog", "models", () =>
			modelChecks({ ...app, repositoryRoot }),
		)),
		pythonCheck(runner, machine),
		...(await declared("llm.command", "llm", () => llmChecks(app, machine))),
		hfCheck(runner, machine),
		cargoCheck(lookRunner({ runner, env, home }), machine),
		...(await declared("toolchain", "toolchain", () => rustChecks(app))),
		sshCheck(runner, machine),
		sshAgentCheck(runner, {
			home,
			socket: env.SSH_AUTH_SOCK,
			shell: env.SHELL,
		}),
		gpuCheck(runner, machine, { os: process.platform, arch: process.arch }),
		pathCheck({ home, path: env.PATH, shell: env.SHELL }),
	];
}
