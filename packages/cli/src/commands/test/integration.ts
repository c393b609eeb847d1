import { Command } from "clipanion";
import { SuiteCommand } from "./suite.ts";

export class TestIntegrationCommand extends SuiteCommand {
	static override paths = [["test", "integration"]];
	static override usage = Command.Usage({
		category: "Test",
		description: "Run the worker's integration tests",
		details: SuiteCommand.details,
		examples: [
			["Of the CPU worker", "llorch test integration --backend cpu"],
			[
				"On the CUDA machine",
				"llorch test integration --backend cuda --remote workstation",
			],
		],
	});

	protected readonly suite = "integration";
}
