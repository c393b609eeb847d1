import { join } from "node:path";
import { follow, type Section, xdgFolder } from "@llorch/core";
import {
	createToolchain,
	type Surroundings,
	type Toolchain,
} from "@llorch/toolchain";
import {
	buildSection,
	toolchainSection,
	workerSection,
} from "@llorch/toolchain/declarations";
import type { App } from "../app.ts";

/** cargo and the workers of the repository we stand in. Nothing is looked at before it is needed. */
export async function openToolchain(app: App): Promise<Toolchain> {
	const config = await app.config();
	const root = (await app.repositoryRoot()) ?? app.cwd;
	return createToolchain(
		await toolchainSurroundings(app, root, (section) => config.get(section)),
	);
}

/** What the toolchain needs of the world. `get`: the settings of a section. */
export async function toolchainSurroundings(
	app: App,
	root: string,
	get: <S>(section: Section<S>) => S,
): Promise<Surroundings> {
	const { cwd, home, env, clock } = app;
	return {
		runner: await app.runner(),
		clock,
		root,
		cwd,
		home,
		env,
		platform: process.platform,
		pid: process.pid,
		stateFolder: join(xdgFolder("STATE", { env, home }), "llorch"),
		settings: {
			build: get(buildSection),
			worker: get(workerSection),
			toolchain: get(toolchainSection),
		},
		modelPath: async (name) => {
			const catalog = await app.catalog();
			const { signal } = app;
			return (await follow(catalog.path({ name, signal }), app.report)).path;
		},
	};
}
