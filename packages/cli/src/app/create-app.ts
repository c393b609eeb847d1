import { type Event, formatRunSpec } from "@llorch/core";
import type { App, AppParts } from "./app.ts";
import type { Conversation } from "./conversation.ts";
import type { Invocation } from "./invocation.ts";
import { logFolder, openLog } from "./log.ts";
import { once } from "./once.ts";
import { generalSection } from "./sections.ts";
import type { Settings } from "./settings.ts";

/** Puts the app together: every dear part behind a lazy function. The one place where features meet. */
export function createApp(
	invocation: Invocation,
	settings: Settings,
	flags: { verbose: boolean },
	conversation: Conversation,
	parts: AppParts = {},
): App {
	const { env, home, clock, signal } = invocation;
	const { cwd } = settings;
	const report = (event: Event) => {
		conversation.handle(event).catch(() => {});
	};
	// Doctor has them among its findings.
	let tellsNotes = true;
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
				level: await settings.logLevel(),
				pid: process.pid,
			}),
		),
		config: once(async () => {
			const config = await settings.config();
			if (tellsNotes)
				for (const text of config.notes)
					report({ type: "note", level: "warn", text });
			return config;
		}),
		configReport: settings.configReport,
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
			const { findNamedRoot } = await import("./named-root.ts");
			return findNamedRoot(asked, { home, base: cwd });
		}),
		catalog: once(async () => {
			const { openCatalog } = await import("./parts/catalog.ts");
			return openCatalog(app);
		}),
		git: once(async () => {
			const { openGit } = await import("./parts/git.ts");
			return openGit(app, flags);
		}),
		toolchain: once(async () => {
			const { openToolchain } = await import("./parts/toolchain.ts");
			return openToolchain(app);
		}),
		llm: once(async () => {
			const { openLlm } = await import("./parts/llm.ts");
			return openLlm(app);
		}),
		fanout: once(async () => {
			const { openFanout } = await import("./parts/fanout.ts");
			return openFanout(app, invocation.argv);
		}),
		doctor: once(async () => {
			tellsNotes = false;
			const { createDoctor } = await import("./doctor/doctor.ts");
			return createDoctor(app);
		}),
		checker: once(async () => {
			tellsNotes = false;
			const { createDoctor } = await import("./doctor/doctor.ts");
			const { listSetupChecks } = await import("./dev/check.ts");
			return createDoctor(app, listSetupChecks);
		}),
		remote: once(async () => {
			const { openRemote } = await import("./parts/remote.ts");
			return openRemote(app, flags);
		}),
		afresh: () =>
			createApp(invocation, settings.afresh(), flags, conversation, parts),
		...parts,
	};
	return app;
}
