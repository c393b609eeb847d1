import { readFileSync } from "node:fs";
import { join } from "node:path";
import { tinyModel } from "@llorch/testkit/model";
import { readTokenLog } from "@llorch/testkit/model-server";
import type { Llorch } from "./program.ts";
import { box } from "./world.ts";

type Answer = {
	model: string;
	label: string;
	status: string;
	text: string;
	duration_ms: number;
	meta: { input_tokens: number | null; output_tokens: number | null };
};

/** Asks all three models the same question and reads the run's own artifacts. */
export async function askModels(llorch: Llorch): Promise<Answer[]> {
	const asked = [
		"fanout",
		"run",
		"--config",
		box.config,
		"--outdir",
		box.runs,
		"-p",
		tinyModel.question,
	];
	await llorch(asked);
	const { readdirSync } = await import("node:fs");
	const newest = readdirSync(box.runs).sort().at(-1) ?? "";
	return readFileSync(join(box.runs, newest, "results.jsonl"), "utf8")
		.trim()
		.split("\n")
		.map((line) => JSON.parse(line));
}

/** The answers side by side. */
export function showAnswers(answers: readonly Answer[]): void {
	console.log(`\n   "${tinyModel.question}"\n`);
	const width = Math.max(
		20,
		Math.floor(((process.stdout.columns ?? 100) - 3) / answers.length) - 3,
	);
	const columns = answers.map(({ label, text }) => [
		label,
		"-".repeat(width),
		...wrap(text.trim(), width),
	]);
	const height = Math.max(...columns.map((lines) => lines.length));
	for (let row = 0; row < height; row++)
		console.log(
			`   ${columns.map((lines) => (lines[row] ?? "").padEnd(width)).join("   ")}`.trimEnd(),
		);
}

/** Holds the tokens that llorch reports against those that the model server logged for itself. */
export async function compareTokens(answers: readonly Answer[]): Promise<void> {
	const format = (counts: readonly string[]) => counts.toSorted().join(", ");
	const reported = format(
		answers
			.filter(({ model }) => model === "tiny")
			.map(({ meta }) => `${meta.input_tokens} + ${meta.output_tokens}`),
	);
	const logged = format(
		(await readTokenLog(box.serverLog)).map(
			({ input, output }) => `${input} + ${output}`,
		),
	);
	if (reported !== logged)
		throw new Error(
			`llorch reports ${reported} tokens, the model server logged ${logged}`,
		);
	console.log(
		`\n   Tokens in + out of the tiny model: ${reported}; the model server's own log says the same.`,
	);
}

function wrap(text: string, width: number): string[] {
	const lines: string[] = [];
	for (const paragraph of text.split("\n")) {
		let line = "";
		for (const word of paragraph.split(" ")) {
			if (line !== "" && line.length + 1 + word.length > width) {
				lines.push(line);
				line = word;
			} else line = line === "" ? word : `${line} ${word}`;
		}
		lines.push(line);
	}
	return lines.flatMap(
		(line) => line.match(new RegExp(`.{1,${width}}`, "g")) ?? [""],
	);
}
