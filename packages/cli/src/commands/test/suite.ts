import {
	type ErrorInfo,
	LlorchError,
	quotePosix,
	type Work,
} from "@llorch/core";
import type { Suite, TestReport } from "@llorch/toolchain";
import { Option } from "clipanion";
import type { App } from "../../app/app.ts";
import { judgeTests } from "../../app/judge-tests.ts";
import type { Style } from "../../app/style.ts";
import { formatTestReport, formatTestSummary } from "../../render/tests.ts";
import { backendOption, backendValues } from "../backends.ts";
import { LlorchCommand } from "../command.ts";
import { strayWord } from "../stray-word.ts";

/** A command that runs one suite of the worker's tests with cargo. */
export abstract class SuiteCommand extends LlorchCommand<TestReport> {
	static override remote = "forward" as const;
	static override completesValues = backendValues;
	static details =
		"Compiles first, then runs one target after the other; a failed target does not stop the rest. Prints a line for each, and at the end every failed test with its output. Words after `--` go to cargo, and behind a second `--` to the test programs. The exit code is 1 when a test failed.";

	protected abstract readonly suite: Suite;

	backend = backendOption();
	filter = Option.String("--filter", {
		description: "Only tests with this in their name",
	});
	junit = Option.String("--junit", {
		description: "Write the report to this file too, as JUnit XML",
	});
	words = Option.Rest({ name: "words for cargo" });

	/** Throws LLORCH_USAGE for a word that stands before the `--`. */
	protected async *run(app: App): Work<TestReport> {
		const { suite, backend, filter, junit } = this;
		const words = this.wordsAfterDashes();
		const toolchain = await app.toolchain();
		const { signal } = app;
		return yield* toolchain.test({
			suite,
			backend,
			filter,
			junit,
			words,
			signal,
		});
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

	/** A word before `--` is most likely the name of a test. */
	private wordsAfterDashes(): readonly string[] {
		const { suite, words } = this;
		const stray = strayWord(words, this.context.invocation.argv);
		if (stray === undefined) return words;
		throw new LlorchError(
			"LLORCH_USAGE",
			`llorch test ${suite} does not know what to do with "${stray}"`,
			{
				hint: `To run tests with it in their name: llorch test ${suite} --filter ${quotePosix([stray])}`,
				run: ["test", suite, "--help"],
			},
		);
	}
}
