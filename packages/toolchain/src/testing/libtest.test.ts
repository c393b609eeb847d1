import { expect, test } from "vitest";
import { createLibtestReader } from "./libtest.ts";

function read(text: string) {
	const reader = createLibtestReader();
	const kinds = text.split("\n").map((line) => reader.read(line).kind);
	return { report: reader.report(), kinds };
}

const RUN = `
running 4 tests
test tests::good ... ok
test tests::bad ... FAILED
test tests::slow ... ignored, takes a day
test tests::panics - should panic ... ok

failures:

---- tests::bad stdout ----
before
---- not a test stdout ----

failures:
thread 'tests::bad' (7) panicked at src/lib.rs:3:9:
why


failures:
    tests::bad

test result: FAILED. 2 passed; 1 failed; 1 ignored; 0 measured; 5 filtered out; finished in 1.25s
`;

test("reads what libtest prints, with the output of what failed", () => {
	const { report, kinds } = read(RUN);
	expect(report).toEqual({
		tests: [
			{ name: "tests::good", status: "passed" },
			{
				name: "tests::bad",
				status: "failed",
				text: "before\n---- not a test stdout ----\n\nfailures:\nthread 'tests::bad' (7) panicked at src/lib.rs:3:9:\nwhy",
			},
			{ name: "tests::slow", status: "ignored", text: "takes a day" },
			{ name: "tests::panics", status: "passed" },
		],
		passed: 2,
		failed: 1,
		ignored: 1,
		filtered: 5,
		seconds: 1.25,
		finished: true,
	});
	expect(kinds).not.toContain("other");
});

test("several reports of one program add up", () => {
	const { report } = read(`${RUN}${RUN}`);
	expect(report).toMatchObject({ passed: 4, failed: 2, filtered: 10 });
	expect(
		report.tests.filter(({ text }) => text?.startsWith("before")),
	).toHaveLength(2);
});

test("names may hold anything, and lines of the tests themselves are told apart", () => {
	const { report, kinds } = read(
		`running 2 tests
hello
test src/lib.rs - add (line 7) ... ok
failures:
test it - compile fail ... ignored
`,
	);
	expect(report.tests).toEqual([
		{ name: "src/lib.rs - add (line 7)", status: "passed" },
		{ name: "it - compile fail", status: "ignored" },
	]);
	expect(report.finished).toBe(false);
	expect(kinds).toEqual(["running", "other", "test", "other", "test", "frame"]);
});

test("a failed test without output has none", () => {
	const { report } = read(`running 1 test
test a ... FAILED

failures:

failures:
    a

test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out
`);
	expect(report.tests).toEqual([{ name: "a", status: "failed" }]);
	expect(report.seconds).toBe(0);
});

test("a failed test is named by the list at the end, where its own line was torn or never came", () => {
	const nocapture = `running 2 tests
test tests::good ... ok
test tests::bad ... failures:
about to fail
thread 'tests::bad' panicked at src/lib.rs:3:9:
FAILED

failures:

failures:
    tests::bad

test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
`;
	expect(read(nocapture).report.tests).toEqual([
		{ name: "tests::good", status: "passed" },
		{ name: "tests::bad", status: "failed" },
	]);
	const quiet = `running 2 tests
.F
failures:

---- tests::bad stdout ----
why


failures:
    tests::bad

test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
`;
	expect(read(quiet).report.tests).toEqual([
		{ name: "tests::bad", status: "failed", text: "why" },
	]);
	// In one program: the second report knows nothing of the first.
	expect(read(quiet + nocapture).report.tests).toHaveLength(3);
});
