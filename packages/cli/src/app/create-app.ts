import { isAbsolute, resolve } from "node:path";
import { type Event, formatRunSpec, LlorchError } from "@llorch/core";
import type { App, AppParts } from "./app.ts";
import type { Conversation } from "./conversation.ts";
import type { Invocation } from "./invocation.ts";
import { type LogLevel, logFolder, openLog } from "./log.ts";
import { once } from "./once.ts";
import { generalSection, renames, sections } from "./sections.ts";

/** The global flags that change what a command works with. */
export type WorkFlags = {
	workFolder?: string | undefined;
	configFile?: string | undefined;
	verbose: boolean;
};

/** Puts the app together: every dear part behind a lazy function. The one place where features meet. */
export function createApp(
	invocation: Invocation,
	flags: WorkFlags,
	conversation: Conversation,
	parts: AppParts = {},
): App {
	const { env, home, clock, signal } = invocation;
	const cwd = resolve(invocation.cwd, flags.workFolder ?? ".");
	const report = (event: Event) => {
		conversation.handle(event).catch(() => {});
	};
	const sources = {
		sections,
		renames,
		env,
		cwd,
		home,
		...(flags.configFile === undefined
			? {}
			: { configFile: resolve(invocation.cwd, flags.configFile) }),
	};
	const app: App = {
		env,
		home,
		cwd,
		clock,
		signal,
		ask: conversation.ask,
		report,
		input: conversation.input,
		log: once(async () =>
			openLog({
				folder: logFolder(env, home),
				clock,
				level: await logLevel(app),
				pid: process.pid,
			}),
		),
		config: once(async () => {
			await mustBeFolder(cwd);
			const { loadConfig } = await import("@llorch/config");
			const config = await loadConfig(sources);
			for (const text of config.notes)
				report({ type: "note", level: "warn", text });
			return config;
		}),
		configReport: once(async () => {
			await mustBeFolder(cwd);
			const { checkConfig } = await import("@llorch/config");
			return checkConfig(sources);
		}),
		runner: once(async () => {
			const { createLocalRunner, observeRunner } = await import("@llorch/run");
			const log = await app.log();
			return observeRunner(createLocalRunner({ env, cwd }), (spec) => {
				log.write({ event: "run", host: "local", spec });
				if (flags.verbose)
					report({
						type: "note",
						level: "info",
						text: `$ ${formatRunSpec(spec)}`,
					});
			});
		}),
		repositoryRoot: once(async () => {
			const config = await app.config();
			const asked = config.get(generalSection).repo_root;
			if (asked === "") return config.repositoryRoot;
			const path = asked.replace(/^~(?=\/|$)/, home);
			return isAbsolute(path) ? path : resolve(cwd, path);
		}),
		catalog: once(async () => {
			const { openCatalog } = await import("./parts/catalog.ts");
			return openCatalog(app);
		}),
		llm: once(async () => {
			const { openLlm } = await import("./parts/llm.ts");
			return openLlm(app);
		}),
		fanout: once(async () => {
			const { openFanout } = await import("./parts/fanout.ts");
			return openFanout(app);
		}),
		doctor: once(async () => {
			const { createDoctor } = await import("./doctor/doctor.ts");
			return createDoctor(app);
		}),
		...parts,
	};
	return app;
}

/** A configuration that cannot be read must not keep the log from saying so. */
async function logLevel(app: App): Promise<LogLevel> {
	try {
		return (await app.config()).get(generalSection).log_level as LogLevel;
	} catch {
		return "info";
	}
}

async function mustBeFolder(folder: string): Promise<void> {
	const { stat } = await import("node:fs/promises");
	const stats = await stat(folder).catch(() => undefined);
	if (stats?.isDirectory()) return;
	throw new LlorchError("LLORCH_USAGE", `there is no folder ${folder}`, {
		hint: "--cwd names the folder to work in.",
	});
}
