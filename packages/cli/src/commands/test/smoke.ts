import { Command } from "clipanion";
import { SuiteCommand } from "./suite.ts";

export class TestSmokeCommand extends SuiteCommand {
	static override paths = [["test", "smoke"]];
	static override usage = Command.Usage({
		category: "Test",
		description: "Run the worker's smoke tests",
		details: SuiteCommand.details,
		examples: [["Does it work at all", "llorch test smoke --backend cpu"]],
	});

	protected readonly suite = "smoke";
}
