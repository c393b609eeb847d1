import { Command } from "clipanion";
import { BuildDaemonCommand } from "./daemon.ts";

export class BuildPoolManagerCommand extends BuildDaemonCommand {
	static override paths = [["build", "pool-manager"]];
	static override usage = Command.Usage({
		category: "Build",
		description: "Build the pool manager with cargo",
		details: BuildDaemonCommand.details,
		examples: [["As it will run", "llorch build pool-manager"]],
	});

	protected readonly daemon = "pool-manager";
}
