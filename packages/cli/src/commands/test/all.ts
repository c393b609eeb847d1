import { Command } from "clipanion";
import { SuiteCommand } from "./suite.ts";

export class TestAllCommand extends SuiteCommand {
	static override paths = [["test", "all"]];
	static override usage = Command.Usage({
		category: "Test",
		description: "Run all tests of the worker, those in its documentation too",
		details: SuiteCommand.details,
		examples: [
			["Everything", "llorch test all --backend cpu"],
			["For a build server", "llorch test all --junit report.xml"],
			["With optimisation", "llorch test all -- --release"],
		],
	});

	protected readonly suite = "all";
}
