/** One test of a target. */
export type TestCase = {
	name: string;
	status: "passed" | "failed" | "ignored";
	/** What it printed, for a failed one; why, for an ignored one that says so. */
	text?: string;
};

/** What a target's test program said about itself. */
export type LibtestReport = {
	tests: TestCase[];
	passed: number;
	failed: number;
	ignored: number;
	filtered: number;
	/** By the program's own clock, in seconds. */
	seconds: number;
	/** A `test result:` line came: it ran to its end. */
	finished: boolean;
};

/** What one line meant, for those who look on. */
export type LibtestLine =
	| { kind: "running"; count: number }
	| { kind: "test"; test: TestCase }
	/** `failed`: those that no line has named before. */
	| { kind: "result"; failed: TestCase[] }
	/** Not libtest's: what a test printed with `--nocapture`. */
	| { kind: "other" }
	/** libtest's, and nothing to look at. */
	| { kind: "frame" };

const TEST =
	/^test (.+?)(?: - should panic)? \.\.\. (?:(ok|FAILED)|(ignored)(?:, (.*))?)$/;
const RESULT =
	/^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored; \d+ measured; (\d+) filtered out(?:; finished in ([\d.]+)s)?$/;

// Of what a test that prints `failures:` itself may make us keep.
const KEPT_CHARACTERS = 1_000_000;

/**
 * Reads the text of libtest, Rust's test harness, line by line. Its JSON is not available on stable compilers. A program may
 * report more than once (documentation tests of the 2024 edition do): the reports add up.
 */
export function createLibtestReader(): {
	read(line: string): LibtestLine;
	report(): LibtestReport;
} {
	const report: LibtestReport = {
		tests: [],
		passed: 0,
		failed: 0,
		ignored: 0,
		filtered: 0,
		seconds: 0,
		finished: false,
	};
	/** The lines since `failures:`. `sure`: a test has failed, so it is the harness that says so. */
	let failures: { sure: boolean; lines: string[]; length: number } | undefined;
	/** The tests since the last `running`. */
	let begun = 0;

	function readTest(match: RegExpExecArray): LibtestLine {
		const [, name = "", ended, , reason] = match;
		const test: TestCase = {
			name,
			status:
				ended === undefined ? "ignored" : ended === "ok" ? "passed" : "failed",
			...(reason === undefined ? {} : { text: reason }),
		};
		report.tests.push(test);
		return { kind: "test", test };
	}

	function readResult(match: RegExpExecArray): LibtestLine {
		const [, passed, failed, ignored, filtered, seconds] = match;
		report.passed += Number(passed);
		report.failed += Number(failed);
		report.ignored += Number(ignored);
		report.filtered += Number(filtered);
		report.seconds += Number(seconds ?? 0);
		report.finished = true;
		const lines = failures?.lines ?? [];
		const unnamed = nameFailed(
			report.tests.slice(begun),
			lines,
			Number(failed),
		);
		report.tests.push(...unnamed);
		attachOutputs(report.tests.slice(begun), lines);
		begun = report.tests.length;
		failures = undefined;
		return { kind: "result", failed: unnamed };
	}

	function readFailures(): LibtestLine {
		const sure = report.tests.some(
			({ status }, at) => at >= begun && status === "failed",
		);
		if (failures?.sure === sure) failures.lines.push("failures:");
		else failures = { sure, lines: [], length: 0 };
		return { kind: sure ? "frame" : "other" };
	}

	return {
		read(line) {
			const result = RESULT.exec(line);
			if (result !== null) return readResult(result);
			if (failures !== undefined && line !== "failures:") {
				failures.lines.push(line);
				failures.length += line.length;
				if (failures.sure) return { kind: "frame" };
				if (failures.length > KEPT_CHARACTERS) failures = undefined;
			}
			const running = /^running (\d+) tests?$/.exec(line);
			if (running !== null)
				return { kind: "running", count: Number(running[1]) };
			const test = TEST.exec(line);
			if (test !== null) return readTest(test);
			if (line === "failures:") return readFailures();
			return { kind: line === "" ? "frame" : "other" };
		},
		report: () => report,
	};
}

/**
 * The failed tests that had no line of their own: with `--nocapture` and one thread a test's output stands between its name and
 * its verdict, and `-q` names none. All are listed at the end, indented, behind the last `failures:`.
 */
function nameFailed(
	tests: readonly TestCase[],
	lines: readonly string[],
	count: number,
): TestCase[] {
	const known = new Set(
		tests.flatMap(({ name, status }) => (status === "failed" ? [name] : [])),
	);
	if (known.size >= count) return [];
	return lines
		.slice(lines.lastIndexOf("failures:") + 1)
		.flatMap((line) => /^ {4}(\S.*)$/.exec(line)?.[1] ?? [])
		.filter((name) => !known.has(name))
		.slice(0, count - known.size)
		.map((name) => ({ name, status: "failed" }));
}

/**
 * Gives every failed test what it printed. The lines are `---- NAME stdout ----` and the output, for each, then `failures:`
 * and their names; only a failed test's name makes a headline, since a test may print anything.
 */
function attachOutputs(
	tests: readonly TestCase[],
	lines: readonly string[],
): void {
	const failed = new Map(
		tests
			.filter(({ status }) => status === "failed")
			.map((test) => [`---- ${test.name} stdout ----`, test]),
	);
	const end = lines.lastIndexOf("failures:");
	let current: { test: TestCase; lines: string[] } | undefined;
	const close = () => {
		if (current !== undefined)
			current.test.text = current.lines.join("\n").trim();
		current = undefined;
	};
	for (const line of lines.slice(0, end < 0 ? lines.length : end)) {
		const test = failed.get(line);
		if (test === undefined) {
			current?.lines.push(line);
			continue;
		}
		close();
		failed.delete(line);
		current = { test, lines: [] };
	}
	close();
}
