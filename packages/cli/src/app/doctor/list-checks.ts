import { modelsSection } from "@llorch/catalog/declarations";
import { showPath } from "@llorch/config";
import type { Check, Section, Setting } from "@llorch/core";
import { fanoutSection } from "@llorch/fanout/declarations";
import type { App } from "../app.ts";
import { once } from "../once.ts";
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
import { describeMachine } from "./machine.ts";

/** Every check there is: doctor's own, and those the features declare. The order is that of the report. */
export async function listChecks(app: App): Promise<readonly Check[]> {
	const { home, cwd, env } = app;
	const runner = await app.runner();
	const machine = once(() => describeMachine(runner));
	// A broken configuration must not keep doctor from finding the repository we stand in.
	const repositoryRoot = () =>
		app
			.repositoryRoot()
			.catch(async () => (await app.configReport()).repositoryRoot);
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
		submodulesCheck(runner, repositoryRoot),
		configCheck(app.configReport, (path) => showPath(path, { cwd, home })),
		...(await declared("catalog", "models", () =>
			modelChecks({ ...app, repositoryRoot }),
		)),
		pythonCheck(runner, machine),
		...(await declared("llm.command", "llm", () => llmChecks(app))),
		hfCheck(runner, machine),
		cargoCheck(runner, machine),
		...(await declared("toolchain", "toolchain", () =>
			rustChecks(app, repositoryRoot),
		)),
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

/** What keeps a feature from declaring its checks is a finding like any other. */
async function declared(
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

async function llmChecks(app: App): Promise<readonly Check[]> {
	const llm = await import("@llorch/llm");
	const config = await app.config().catch(() => undefined);
	const entries = config?.get(fanoutSection).models ?? [];
	return llm.llmChecks({
		runner: await app.runner(),
		models: entries.map(llm.parseLlmModel),
		hasOpenAiKey: Boolean(app.env.OPENAI_API_KEY),
	});
}

async function modelChecks(app: App): Promise<readonly Check[]> {
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

async function rustChecks(
	app: App,
	repositoryRoot: () => Promise<string | undefined>,
): Promise<readonly Check[]> {
	const { toolchainChecks } = await import("@llorch/toolchain");
	const { toolchainSurroundings } = await import("../parts/toolchain.ts");
	const config = await app.config().catch(() => undefined);
	const root = (await repositoryRoot()) ?? app.cwd;
	return toolchainChecks(
		await toolchainSurroundings(
			app,
			root,
			(section) => config?.get(section) ?? defaultsOf(section),
		),
	);
}

function defaultsOf<S>(section: Section<S>): S {
	const entries = Object.entries<Setting<unknown>>(section.settings);
	return Object.fromEntries(
		entries.map(([key, setting]) => [key, setting.default]),
	) as S;
}
