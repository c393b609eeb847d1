import { LlorchError, quotePosix, type Work } from "@llorch/core";
import type { Suite, TestReport } from "@llorch/toolchain";
import type { Backend } from "@llorch/toolchain/declarations";
import { Option } from "clipanion";
import type { App } from "../../app/app.ts";

/** What the commands that run tests have in common. */
export type SuiteFlags = {
	backend: Backend | undefined;
	filter: string | undefined;
	junit: string | undefined;
	/** All words that are no options, with those after `--` at the end. */
	words: readonly string[];
};

export function filterOption() {
	return Option.String("--filter", {
		description: "Only tests with this in their name",
	});
}

export function junitOption() {
	return Option.String("--junit", {
		description: "Write the report to this file too, as JUnit XML",
	});
}

export function cargoWords() {
	return Option.Rest({ name: "words for cargo" });
}

export const SUITE_DETAILS =
	"Compiles first, then runs one target after the other; a failed target does not stop the rest. Prints a line for each, and at the end every failed test with its output. Words after `--` go to cargo, and behind a second `--` to the test programs. The exit code is 1 when a test failed.";

/** Runs a suite. Throws LLORCH_USAGE for a word that stands before the `--`. */
export async function* runSuite(
	app: App,
	suite: Suite,
	flags: SuiteFlags,
	argv: readonly string[],
): Work<TestReport> {
	const { backend, filter, junit } = flags;
	const words = wordsAfterDashes(suite, flags.words, argv);
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

/** clipanion hands over the words before `--` as well: most likely the name of a test. */
function wordsAfterDashes(
	suite: Suite,
	words: readonly string[],
	argv: readonly string[],
): readonly string[] {
	const at = argv.indexOf("--");
	const after = at < 0 ? 0 : argv.length - at - 1;
	const [stray] = words.slice(0, words.length - after);
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
