import { Command } from "clipanion";
import { BuildDaemonCommand } from "./daemon.ts";

export class BuildOrchestratorCommand extends BuildDaemonCommand {
	static override paths = [["build", "orchestrator"]];
	static override usage = Command.Usage({
		category: "Build",
		description: "Build the orchestrator with cargo",
		details: BuildDaemonCommand.details,
		examples: [["As it will run", "llorch build orchestrator"]],
	});

	protected readonly daemon = "orchestrator";
}
