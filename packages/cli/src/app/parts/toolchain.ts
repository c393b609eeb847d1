import { join } from "node:path";
import { createToolchain, type Toolchain } from "@llorch/toolchain";
import {
	buildSection,
	toolchainSection,
	workerSection,
} from "@llorch/toolchain/declarations";
import type { App } from "../app.ts";

/** cargo and the workers of the repository we stand in. Nothing is looked at before it is needed. */
export async function openToolchain(app: App): Promise<Toolchain> {
	const config = await app.config();
	const { cwd, home, env, clock } = app;
	return createToolchain({
		runner: await app.runner(),
		clock,
		root: (await app.repositoryRoot()) ?? cwd,
		cwd,
		home,
		env,
		platform: process.platform,
		pid: process.pid,
		stateFolder: join(
			env.XDG_STATE_HOME || join(home, ".local", "state"),
			"llorch",
		),
		settings: {
			build: config.get(buildSection),
			worker: config.get(workerSection),
			toolchain: config.get(toolchainSection),
		},
		modelPath: async (model) => (await (await app.catalog()).path(model)).path,
	});
}
