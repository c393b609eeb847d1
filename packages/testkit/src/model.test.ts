import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startHub } from "./hub/index.ts";
import { tinyModel, tinyModelRepos } from "./model.ts";
import { readTokenLog, startTinyModelServer } from "./model-server.ts";
import { realTest } from "./needs.ts";
import { extraOpenAiModelsYaml } from "./openai/index.ts";
import { realPart } from "./parts.ts";
import { programSession } from "./session/index.ts";
import { makeWorld } from "./world.ts";

test("the tiny model is the file that it says it is", async () => {
	const bytes = await readFile(tinyModel.file);
	expect(bytes.length).toBe(tinyModel.bytes);
	expect(createHash("sha256").update(bytes).digest("hex")).toBe(
		tinyModel.sha256,
	);
	expect(bytes.subarray(0, 4).toString()).toBe("GGUF");
});

test("the hub offers the tiny model at its revision", async () => {
	await using hub = await startHub({ repos: tinyModelRepos() });
	const answer = await fetch(
		`${hub.url}/${tinyModel.repo}/resolve/${tinyModel.revision}/${tinyModel.path}`,
	);
	expect(
		createHash("sha256")
			.update(await answer.bytes())
			.digest("hex"),
	).toBe(tinyModel.sha256);
	expect(hub.commit(tinyModel.repo)).toBe(tinyModel.revision);
});

realTest(
	["xllamacpp", "llm"],
	"llm gets the tiny model's answer and reports the tokens that its server logged",
	async () => {
		await using world = await makeWorld();
		const logFile = world.path("server log.txt");
		await using server = await startTinyModelServer({
			python: realPart("xllamacpp"),
			logFile,
		});
		await world.write({
			"~/.config/io.datasette.llm/extra-openai-models.yaml":
				extraOpenAiModelsYaml([
					{ id: "tiny-local", name: server.name, url: server.url },
				]),
		});
		const llm = programSession(world, { file: realPart("llm"), args: [] });
		const asked = "-n -u -m tiny-local -o temperature 0";
		const words = [...asked.split(" "), tinyModel.question];
		const first = await llm(words);
		expect(first).toMatchObject({
			stdout: `${tinyModel.answer}\n`,
			stderr: "Token usage: 11 input, 8 output\n",
			code: 0,
		});
		await llm([...words.slice(0, -1), "--no-stream", "What is 2 plus 3?"]);
		await server.close();
		expect(await readTokenLog(logFile)).toEqual([
			tinyModel.tokens,
			{ input: 10, output: 7 },
		]);
	},
);

realTest(
	["xllamacpp"],
	"a model server that cannot start says why",
	async () => {
		await using world = await makeWorld();
		await expect(
			startTinyModelServer({
				python: realPart("xllamacpp"),
				logFile: world.path("log"),
				model: "/no/such.gguf",
			}),
		).rejects.toThrow(/exit code 1:[\s\S]*no\/such\.gguf/);
	},
);

realTest(
	["xllamacpp"],
	"a model server ends with the program that started it",
	async () => {
		await using world = await makeWorld();
		const script = `
			import { startTinyModelServer } from ${JSON.stringify(join(import.meta.dirname, "model-server.ts"))};
			const python = ${JSON.stringify(realPart("xllamacpp"))};
			const server = await startTinyModelServer({ python, logFile: "log" });
			console.log(server.pid);`;
		const node = programSession(world, {
			file: process.execPath,
			args: ["--input-type=module", "--eval"],
		});
		const run = node.start([script], { stdin: "open" });
		const [pid] = await run.waitFor(/^\d+$/m, "stdout");
		expect(await world.processes()).toContainEqual({
			pid: Number(pid),
			command: expect.stringContaining("serve.py"),
		});
		run.kill("SIGKILL");
		await run.done;
		// Leaving the world fails when the server is still there.
	},
);

test("a model server is not waited for when it is called off, nor when its interpreter is missing", async () => {
	await using world = await makeWorld();
	const logFile = world.path("log");
	await expect(
		startTinyModelServer({ python: "/no/python", logFile }),
	).rejects.toThrow("/no/python did not start");
	const signal = AbortSignal.abort(new Error("enough"));
	await expect(
		startTinyModelServer({ python: process.execPath, logFile, signal }),
	).rejects.toThrow("enough");
});
