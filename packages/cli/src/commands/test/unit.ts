import { Command } from "clipanion";
import { SuiteCommand } from "./suite.ts";

export class TestUnitCommand extends SuiteCommand {
	static override paths = [["test", "unit"]];
	static override usage = Command.Usage({
		category: "Test",
		description: "Run the worker's unit tests",
		details: SuiteCommand.details,
		examples: [
			["Those of the CPU worker", "llorch test unit --backend cpu"],
			[
				"Only some, and all they print",
				"llorch test unit --filter sampling -- -- --nocapture",
			],
		],
	});

	protected readonly suite = "unit";
}
