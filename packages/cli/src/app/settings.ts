import { resolve } from "node:path";
import type { Config, ConfigReport } from "@llorch/config";
import { LlorchError } from "@llorch/core";
import type { Invocation } from "./invocation.ts";
import type { LogLevel } from "./log.ts";
import { once } from "./once.ts";
import { generalSection, renames, sections } from "./sections.ts";

/** The global flags that say where to work and what to read. */
export type PlaceFlags = {
	workFolder?: string | undefined;
	configFile?: string | undefined;
};

/** The configuration of one invocation, read at most once, and the folder it counts for. */
export type Settings = {
	/** `--cwd`, or the folder llorch was started in. */
	cwd: string;
	/** Throws as `loadConfig` does, and LLORCH_USAGE when `cwd` is no folder. */
	config(): Promise<Config>;
	configReport(): Promise<ConfigReport>;
	/** The two settings that must be known even when the configuration is broken. */
	color(): Promise<boolean>;
	logLevel(): Promise<LogLevel>;
	/** The same, not read yet: for who has changed the files. */
	afresh(): Settings;
};

export function createSettings(
	invocation: Pick<Invocation, "env" | "home" | "cwd">,
	flags: PlaceFlags,
): Settings {
	const { env, home } = invocation;
	const cwd = resolve(invocation.cwd, flags.workFolder ?? ".");
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
	const config = once(async () => {
		await mustBeUsable(cwd);
		const { loadConfig } = await import("@llorch/config");
		return loadConfig(sources);
	});
	const general = async () => {
		try {
			return (await config()).get(generalSection);
		} catch {
			return {
				color: !env.NO_COLOR && !env.LLORCH_NO_COLOR,
				log_level: "info",
			};
		}
	};
	return {
		cwd,
		config,
		configReport: once(async () => {
			await mustBeUsable(cwd);
			const { checkConfig } = await import("@llorch/config");
			return checkConfig(sources);
		}),
		color: async () => (await general()).color,
		logLevel: async () => (await general()).log_level as LogLevel,
		afresh: () => createSettings(invocation, flags),
	};
}

async function mustBeUsable(cwd: string): Promise<void> {
	const { stat } = await import("node:fs/promises");
	const stats = await stat(cwd).catch(() => undefined);
	if (stats?.isDirectory()) return;
	throw new LlorchError("LLORCH_USAGE", `there is no folder ${cwd}`, {
		hint: "--cwd names the folder to work in.",
	});
}
