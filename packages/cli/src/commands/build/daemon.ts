import type { Work } from "@llorch/core";
import type { Built, Daemon } from "@llorch/toolchain";
import { Option } from "clipanion";
import type { App } from "../../app/app.ts";
import { formatBuildCounts, formatBuilt } from "../../render/build.ts";
import { LlorchCommand } from "../command.ts";

/** A command that builds a daemon, which not every repository has yet. */
export abstract class BuildDaemonCommand extends LlorchCommand<Built> {
	static override remote = "forward" as const;
	static details =
		"Prints the program's path. Not every repository has the crate yet; [toolchain] says where it is looked for.";

	protected abstract readonly daemon: Daemon;

	debug = Option.Boolean("--debug", false, {
		description: "Build quickly, with debug information and without optimising",
	});
	targetDirectory = Option.String("--target-dir", {
		description: "Folder for everything cargo builds",
	});

	protected async *run(app: App): Work<Built> {
		const toolchain = await app.toolchain();
		const { daemon, debug, targetDirectory } = this;
		const { signal } = app;
		return yield* toolchain.buildDaemon({
			daemon,
			debug,
			targetDirectory,
			signal,
		});
	}

	protected render(built: Built): string {
		return formatBuilt(built);
	}

	protected override summary(built: Built): string {
		return formatBuildCounts(built);
	}
}
