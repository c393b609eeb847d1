import type { Catalog } from "@llorch/catalog";
import type { Config, ConfigReport } from "@llorch/config";
import type { Ask, Clock, CommandRunner, Event } from "@llorch/core";
import type { Fanout } from "@llorch/fanout";
import type { Git } from "@llorch/git";
import type { Llm } from "@llorch/llm";
import type { Remote } from "@llorch/remote";
import type { Toolchain } from "@llorch/toolchain";
import type { Doctor } from "./doctor/diagnosis.ts";
import type { Log } from "./log.ts";

/**
 * What a command may use. The dear things are lazy functions: the module behind one is loaded at its first call, so
 * `--help` loads none. A test replaces any of them (`createTestContext({ catalog: async () => fake })`).
 */
export type App = {
	env: Readonly<Record<string, string | undefined>>;
	home: string;
	/** Where the command works: `--cwd`, or the folder llorch was started in. */
	cwd: string;
	clock: Clock;
	signal: AbortSignal;
	ask: Ask;
	/** Says something beside the command's own events: `--verbose` lines, notes about the configuration. */
	report(event: Event): void;
	/** Piped input, or undefined when there is none. */
	input(): AsyncIterable<Uint8Array> | undefined;
	log(): Promise<Log>;
	config(): Promise<Config>;
	/** The same sources looked at without failing: every problem of every file as data. */
	configReport(): Promise<ConfigReport>;
	/** Runs command lines on this machine. */
	runner(): Promise<CommandRunner>;
	/** The repository we work in, or undefined outside of any: `general.repo_root`, else the one around `cwd`. */
	repositoryRoot(): Promise<string | undefined>;
	catalog(): Promise<Catalog>;
	/** The repository we work in, with its submodules. */
	git(): Promise<Git>;
	/** cargo and the workers of that repository. */
	toolchain(): Promise<Toolchain>;
	llm(): Promise<Llm>;
	fanout(): Promise<Fanout>;
	doctor(): Promise<Doctor>;
	/** Looks whether what is configured is there: `dev check`. */
	checker(): Promise<Doctor>;
	/** Other hosts. Whoever connects closes: `await using remote = await app.remote()`. */
	remote(): Promise<Remote>;
	/** The same app with nothing read or opened yet: for a command that goes on after it has changed the repository. */
	afresh(): App;
};

/** The parts of an `App` that a test replaces. */
export type AppParts = Partial<App>;
