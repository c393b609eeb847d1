import type { ErrorInfo, Work } from "@llorch/core";
import type { TestReport } from "@llorch/toolchain";
import { Command } from "clipanion";
import type { App } from "../../app/app.ts";
import { judgeTests } from "../../app/judge-tests.ts";
import type { Style } from "../../app/style.ts";
import { formatTestReport, formatTestSummary } from "../../render/tests.ts";
import { backendOption, completeBackendOption } from "../backends.ts";
import { LlorchCommand } from "../command.ts";
import {
	cargoWords,
	filterOption,
	junitOption,
	runSuite,
	SUITE_DETAILS,
} from "./options.ts";

export class TestIntegrationCommand extends LlorchCommand<TestReport> {
	static override paths = [["test", "integration"]];
	static override remote = "forward" as const;
	static override usage = Command.Usage({
		category: "Test",
		description: "Run the worker's integration tests",
		details: SUITE_DETAILS,
		examples: [
			["Of the CPU worker", "llorch test integration --backend cpu"],
			[
				"On the CUDA machine",
				"llorch test integration --backend cuda --remote workstation",
			],
		],
	});
	static override completes = completeBackendOption;

	backend = backendOption();
	filter = filterOption();
	junit = junitOption();
	words = cargoWords();

	protected async *run(app: App): Work<TestReport> {
		const { argv } = this.context.invocation;
		return yield* runSuite(app, "integration", this, argv);
	}

	protected render(report: TestReport, style: Style): string {
		return formatTestReport(report, style);
	}

	protected override summary(report: TestReport, style: Style): string {
		return formatTestSummary(report, style);
	}

	protected override verdict(report: TestReport): ErrorInfo | undefined {
		return judgeTests(report);
	}
}
