import type { Clock, CommandRunner } from "@llorch/core";
import type {
	BuildSettings,
	ToolchainSettings,
	WorkerSettings,
} from "./settings.ts";

/** What the use cases need of the world. */
export type Surroundings = {
	/** Runs command lines beside the repository's files. */
	runner: CommandRunner;
	clock: Clock;
	/** The repository, or the folder we stand in outside of any. */
	root: string;
	/** What relative paths of the person are relative to. */
	cwd: string;
	home: string;
	env: Readonly<Record<string, string | undefined>>;
	platform: NodeJS.Platform;
	/** llorch's own process. */
	pid: number;
	/** Where logs of workers are kept: `$XDG_STATE_HOME/llorch`. */
	stateFolder: string;
	settings: {
		build: BuildSettings;
		worker: WorkerSettings;
		toolchain: ToolchainSettings;
	};
	/** Where a model of the catalog is; throws when it is unknown or not on this disk. */
	modelPath(model: string): Promise<string>;
};
