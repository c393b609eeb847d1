import type { Work } from "@llorch/core";
import type { Built, Daemon } from "@llorch/toolchain";
import type { App } from "../../app/app.ts";
import { BuildCommand } from "./build.ts";

/** A command that builds a daemon, which not every repository has yet. */
export abstract class BuildDaemonCommand extends BuildCommand {
	static details =
		"Prints the program's path. Not every repository has the crate yet; [toolchain] says where it is looked for.";

	protected abstract readonly daemon: Daemon;

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
}
