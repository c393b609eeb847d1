import type { Work } from "@llorch/core";
import type { Built } from "@llorch/toolchain";
import { Command, Option } from "clipanion";
import type { App } from "../../app/app.ts";
import { formatBuildCounts, formatBuilt } from "../../render/build.ts";
import { LlorchCommand } from "../command.ts";

export class BuildPoolManagerCommand extends LlorchCommand<Built> {
	static override paths = [["build", "pool-manager"]];
	static override remote = "forward" as const;
	static override usage = Command.Usage({
		category: "Build",
		description: "Build the pool manager with cargo",
		details:
			"Prints the program's path. Not every repository has the crate yet; [toolchain] says where it is looked for.",
		examples: [["As it will run", "llorch build pool-manager"]],
	});

	debug = Option.Boolean("--debug", false, {
		description: "Build quickly, with debug information and without optimising",
	});
	targetDirectory = Option.String("--target-dir", {
		description: "Folder for everything cargo builds",
	});

	protected async *run(app: App): Work<Built> {
		const toolchain = await app.toolchain();
		const { debug, targetDirectory } = this;
		return yield* toolchain.buildDaemon({
			daemon: "pool-manager",
			debug,
			targetDirectory,
			signal: app.signal,
		});
	}

	protected render(built: Built): string {
		return formatBuilt(built);
	}

	protected override summary(built: Built): string {
		return formatBuildCounts(built);
	}
}
