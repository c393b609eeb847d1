import { mkdirSync } from "node:fs";
import { startHub } from "@llorch/testkit/hub";
import { tinyModelRepos } from "@llorch/testkit/model";
import { startTinyModelServer } from "@llorch/testkit/model-server";
import { ensurePythonTools } from "./python-tools.ts";
import { askModels, compareTokens, showAnswers } from "./quickstart/answers.ts";
import { buildProgram, linkProgram } from "./quickstart/program.ts";
import {
	box,
	quickstartEnv,
	writeCatalog,
	writeModels,
} from "./quickstart/world.ts";

/**
 * `pnpm quickstart`: the main job on the spot, with nothing from outside but packages. What is embedded is said; all that
 * is made stays in `.quickstart`, but for the link in ~/.local/bin.
 */
export async function main(): Promise<number> {
	mkdirSync(box.folder, { recursive: true });
	say("1. A private Python environment with llm, llm-echo, hf and xllamacpp");
	ensurePythonTools((line) => console.log(`   ${line}`));
	say("2. The llorch executable");
	const llorch = await buildProgram(quickstartEnv());
	writeCatalog();
	say("3. What this machine has: llorch dev doctor");
	await llorch(["dev", "doctor"], { mayFail: true });

	await using hub = await startHub({ repos: tinyModelRepos() });
	say("4. A model: llorch models download tiny");
	console.log(
		"   From a hub embedded in this repository (no account, no network): our own model of 0.8 MB, real and very small.",
	);
	const env = { HF_ENDPOINT: hub.url };
	await llorch(["models", "download", "tiny"], { env });
	await llorch(["models", "verify", "tiny"], { env });
	const file = (
		await llorch(["models", "path", "tiny"], { env, capture: true })
	).trim();

	await using server = await startTinyModelServer({
		python: box.python,
		logFile: box.serverLog,
		model: file,
	});
	say("5. One question, three answers: llorch fanout");
	console.log(
		`   The model is served by llama.cpp's own server at ${server.url} until this script ends.`,
	);
	writeModels(server.url);
	const run = await askModels(llorch);
	await server.close();
	showAnswers(run);
	await compareTokens(run);
	linkProgram(say);
	console.log(
		"\nNext, with a model from Hugging Face (669 MB):\n\n  llorch models download tinyllama\n",
	);
	return 0;
}

function say(line: string): void {
	console.log(`\n${line}`);
}
