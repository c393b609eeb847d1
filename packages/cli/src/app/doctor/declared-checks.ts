import { modelsSection } from "@llorch/catalog/declarations";
import type { Check, Section, Setting } from "@llorch/core";
import { fanoutSection } from "@llorch/fanout/declarations";
import type { Surroundings } from "@llorch/toolchain";
import type { App } from "../app.ts";
import { once } from "../once.ts";
import { installPythonTool, type Machine } from "./machine.ts";

/** What keeps a feature from declaring its checks is a finding like any other. */
export async function declared(
	id: string,
	title: string,
	list: () => Promise<readonly Check[]>,
): Promise<readonly Check[]> {
	try {
		return await list();
	} catch (error) {
		const fail = () => Promise.reject(error);
		return [{ id, title, timeoutMs: 1_000, run: fail }];
	}
}

export async function llmChecks(
	app: App,
	machine: () => Promise<Machine>,
): Promise<readonly Check[]> {
	const llm = await import("@llorch/llm");
	const config = await app.config().catch(() => undefined);
	const entries = config?.get(fanoutSection).models ?? [];
	return llm.llmChecks({
		runner: await app.runner(),
		models: entries.map(llm.parseLlmModel),
		hasOpenAiKey: Boolean(app.env.OPENAI_API_KEY),
		install: async () => installPythonTool(await machine(), "llm"),
	});
}

export async function modelChecks(app: App): Promise<readonly Check[]> {
	const catalog = await import("@llorch/catalog");
	const { openModels, readCatalog } = await import("../parts/catalog.ts");
	// A broken configuration is one finding; the models are where they are all the same.
	const settings = await app.config().then(
		(config) => config.get(modelsSection),
		() => defaultsOf(modelsSection),
	);
	const read = once(() => readCatalog(app, settings));
	return catalog.modelChecks({
		read,
		open: async () => {
			const { models } = await read();
			return { ...(await openModels(app, settings)), models };
		},
	});
}

export async function rustChecks(app: App): Promise<readonly Check[]> {
	const { toolchainChecks } = await import("@llorch/toolchain");
	return toolchainChecks(await surroundingsOf(app));
}

/** The toolchain's world, also with a broken configuration: then with its defaults. */
export async function surroundingsOf(app: App): Promise<Surroundings> {
	const { toolchainSurroundings } = await import("../parts/toolchain.ts");
	const config = await app.config().catch(() => undefined);
	const root = (await rootOf(app)) ?? app.cwd;
	return toolchainSurroundings(
		app,
		root,
		(section) => config?.get(section) ?? defaultsOf(section),
	);
}

/** The repository we work in. A broken configuration must not keep doctor from finding the one we stand in. */
export function rootOf(app: App): Promise<string | undefined> {
	return app
		.repositoryRoot()
		.catch(async () => (await app.configReport()).repositoryRoot);
}

function defaultsOf<S>(section: Section<S>): S {
	const entries = Object.entries<Setting<unknown>>(section.settings);
	return Object.fromEntries(
		entries.map(([key, setting]) => [key, setting.default]),
	) as S;
}
