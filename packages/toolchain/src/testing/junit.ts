import { countCases, type TargetReport, type TestReport } from "./report.ts";

/** A report as JUnit XML, in the form that Jenkins, GitLab and GitHub's actions read (a suite for each target). */
export function stringifyJunit(report: TestReport): string {
	const suites = report.targets.map((target) => suite(report, target));
	return [
		'<?xml version="1.0" encoding="UTF-8"?>',
		element("testsuites", {
			name: `${report.crate} ${report.suite}`,
			tests: sum(report.targets, countAll),
			failures: report.failed,
			errors: report.crashed,
			time: seconds(report.durationMs),
		}),
		...suites,
		"</testsuites>",
		"",
	].join("\n");
}

function countAll(target: TargetReport): number {
	return countCases(target) + (target.crash === undefined ? 0 : 1);
}

function suite(report: TestReport, target: TargetReport): string {
	const name = `${report.crate}::${target.kind}::${target.name}`;
	const cases = target.tests.map((test) => {
		const open = { classname: name, name: test.name };
		if (test.status === "passed") return element("testcase", open, "");
		const inside =
			test.status === "ignored"
				? element("skipped", { message: test.text ?? "ignored" }, "")
				: element(
						"failure",
						{ message: headline(test.text ?? ""), type: "failed" },
						escapeXml(test.text ?? ""),
					);
		return element("testcase", open, inside);
	});
	if (target.crash !== undefined)
		cases.push(
			element(
				"testcase",
				{ classname: name, name: "(the whole program)" },
				element(
					"error",
					{ message: target.crash.reason, type: "crashed" },
					escapeXml(target.crash.output),
				),
			),
		);
	return [
		element("testsuite", {
			name,
			tests: countAll(target),
			failures: target.failed,
			errors: target.crash === undefined ? 0 : 1,
			skipped: target.ignored,
			time: seconds(target.durationMs),
			timestamp: report.startedAt.replace(/\.\d+Z$/, ""),
		}),
		...cases,
		"</testsuite>",
	].join("\n");
}

/** Without `content`: the start tag alone. */
function element(
	name: string,
	attributes: Readonly<Record<string, string | number>>,
	content?: string,
): string {
	const words = Object.entries(attributes).map(
		([key, value]) => ` ${key}="${escapeAttribute(String(value))}"`,
	);
	const open = `<${name}${words.join("")}`;
	if (content === undefined) return `${open}>`;
	return content === "" ? `${open}/>` : `${open}>${content}</${name}>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
	"&": "&amp;",
	"<": "&lt;",
	">": "&gt;",
	'"': "&quot;",
};

// XML 1.0, 2.2: these cannot stand in a document, not even escaped.
const FORBIDDEN =
	// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this removes -- XML 1.0, production 2
	/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

function escapeXml(text: string): string {
	return text
		.replace(FORBIDDEN, "\ufffd")
		.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}

/** A reader of XML makes a blank of every newline and tab in an attribute that is not written as a number. */
function escapeAttribute(text: string): string {
	return escapeXml(text)
		.replaceAll("\n", "&#10;")
		.replaceAll("\r", "&#13;")
		.replaceAll("\t", "&#9;");
}

/** The panic's own message: the line after `thread … panicked at …:`, else the first line. */
function headline(text: string): string {
	const lines = text.split("\n").filter((line) => line.trim() !== "");
	const at = lines.findIndex((line) =>
		/^thread '.*' .*panicked at /.test(line),
	);
	return lines[at + 1] ?? lines[0] ?? "";
}

function seconds(ms: number): string {
	return (ms / 1000).toFixed(3);
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
	return items.reduce((total, item) => total + of(item), 0);
}
