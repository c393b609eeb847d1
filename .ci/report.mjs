// Ends what .ci/run prints: every failed test of every report given, then "N passed, N failed, N skipped" of the first.
// Plain JavaScript, for the Node 20 of a bare machine.
import { existsSync, readFileSync } from "node:fs";
import { basename, relative } from "node:path";

/** What fits beside others; all of it stands further up, where vitest itself printed it. */
const shorten = (text) => text.split("\n").slice(0, 30).join("\n");

const files = process.argv.slice(2);
const reports = files.map((file) =>
	existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined,
);

for (const [index, report] of reports.entries()) {
	const name = basename(files[index], ".json");
	if (report === undefined) console.log(`── ${name}: vitest left no report`);
	for (const { name: path, message, assertionResults } of report?.testResults ??
		[]) {
		const file = relative(process.cwd(), path);
		const failed = assertionResults.filter(({ status }) => status === "failed");
		for (const { fullName, failureMessages } of failed)
			console.log(
				`── failed in ${name}: ${file} > ${fullName}\n${shorten(failureMessages.join("\n"))}`,
			);
		// A file that could not be loaded, or whose hooks failed, has a message of its own.
		if (message)
			console.log(`── failed in ${name}: ${file}\n${shorten(message)}`);
	}
}

const [first] = reports;
if (first === undefined)
	console.log("0 passed, 1 failed, 0 skipped (vitest left no report)");
else {
	const skipped = first.numPendingTests + (first.numTodoTests ?? 0);
	console.log(
		`${first.numPassedTests} passed, ${first.numFailedTests} failed, ${skipped} skipped`,
	);
}
process.exitCode = reports.every((report) => report?.success) ? 0 : 1;
