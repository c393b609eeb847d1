import { chmod } from "node:fs/promises";
import type { Finding } from "@llorch/core";
import { createLocalRunner } from "@llorch/run";
import { makeWorld, realTest, type World } from "@llorch/testkit";
import { afterEach, describe, expect, it } from "vitest";
import { llmChecks } from "./checks.ts";

let world: World;
afterEach(() => world.dispose());

/** Every finding of every check, by the check's id. */
async function look(
	options: {
		models?: string[];
		hasOpenAiKey?: boolean;
		install?: Finding["fix"];
	} = {},
): Promise<Record<string, Finding[]>> {
	const checks = llmChecks({
		runner: createLocalRunner({ env: world.env, cwd: world.folder }),
		models: (options.models ?? []).map((name) => ({ name, options: [] })),
		hasOpenAiKey: options.hasOpenAiKey ?? false,
		install: async () => options.install,
	});
	const { signal } = new AbortController();
	return Object.fromEntries(
		await Promise.all(
			checks.map(async (check) => [check.id, await check.run(signal)] as const),
		),
	);
}

const LLM = "~/.config/io.datasette.llm";
const ok = (text: unknown) => [{ level: "ok", text }];

describe("llmChecks", () => {
	realTest(
		["llm", "llm-echo"],
		"finds nothing wrong with the real llm",
		async () => {
			world = await makeWorld({
				files: { [`${LLM}/default_model.txt`]: "echo" },
			});
			expect(await look({ models: ["echo"] })).toEqual({
				"llm.command": ok(
					expect.stringMatching(/^llm \d+\.\d+ \(\/.*\/llm\)$/),
				),
				"llm.plugins": ok(expect.stringMatching(/^llm-echo \d/)),
				"llm.models": ok(
					expect.stringMatching(/^\d+ llm models, default echo$/),
				),
				"llm.keys": ok("no key leaves for a place it is not meant for"),
			});
		},
	);

	realTest(
		["llm", "llm-echo"],
		"names unknown models, and keys that would leave",
		async () => {
			world = await makeWorld({
				files: {
					[`${LLM}/default_model.txt`]: "ecko",
					[`${LLM}/keys.json`]: '{"// Note": "x", "stored": "k"}',
					[`${LLM}/extra-openai-models.yaml`]: [
						"- {model_id: mine, model_name: m, api_base: 'http://here/v1', api_key_name: missing}",
						"- {model_id: fine, model_name: m, api_base: 'http://here/v1', api_key_name: stored}",
						"- {model_id: free, model_name: m, api_base: 'http://here/v1'}",
						"",
					].join("\n"),
				},
			});
			const found = await look({ models: ["min", "fine"], hasOpenAiKey: true });
			expect(found["llm.models"]).toEqual([
				{
					level: "warning",
					text: 'llm\'s default model "ecko" is none that llm knows (did you mean "echo"?)',
					fix: { run: ["llm", "models", "default", "echo"], safe: false },
				},
				{
					level: "warning",
					text: 'the configured llm model "min" is none that llm knows (did you mean "mine"?)',
				},
			]);
			expect(found["llm.keys"]).toEqual([
				{
					level: "warning",
					text: 'llm sends OPENAI_API_KEY to http://here/v1 for the model "mine", because no key "missing" is stored',
					fix: { run: ["llm", "keys", "set", "missing"], safe: false },
				},
			]);
		},
	);

	realTest(["llm"], "names a file that llm cannot read, once", async () => {
		world = await makeWorld({
			files: {
				[`${LLM}/extra-openai-models.yaml`]: "- model_id: [",
				[`${LLM}/keys.json`]: "{",
			},
		});
		const found = await look();
		expect(found["llm.models"]).toEqual([]);
		const yaml = world.path(`${LLM}/extra-openai-models.yaml`);
		const keys = world.path(`${LLM}/keys.json`);
		expect(found["llm.keys"]).toEqual([
			{
				level: "warning",
				text: expect.stringContaining(`llm cannot read ${yaml}: while parsing`),
				fix: { run: ["mv", yaml, `${yaml}.broken`], safe: false },
			},
			{
				level: "warning",
				text: expect.stringContaining(`llm cannot read ${keys}: Expecting`),
				fix: { run: ["mv", keys, `${keys}.broken`], safe: false },
			},
		]);
	});

	it("proposes what it is told for a missing llm, as one finding", async () => {
		world = await bareWorld();
		const fix = { run: ["pipx", "install", "llm"], safe: true };
		expect(await look({ install: fix })).toEqual({
			"llm.command": [
				{
					level: "warning",
					text: "llm is not installed on this machine: fan-out needs it (it is installed into ~/.local/bin)",
					fix,
				},
			],
			"llm.plugins": [],
			"llm.models": [],
			"llm.keys": [],
		});
	});

	it("installs none where PATH does not lead to the one there is", async () => {
		world = await bareWorld();
		await world.write({ "~/.local/bin/llm": "#!/bin/sh\n" });
		await chmod(world.path("~/.local/bin/llm"), 0o755);
		expect((await look())["llm.command"]).toEqual([
			{
				level: "warning",
				text: "llm is in ~/.local/bin, which is not on PATH: fan-out needs it",
			},
		]);
	});

	it("says so when nothing could install it", async () => {
		world = await bareWorld();
		expect((await look())["llm.command"]).toEqual([
			{
				level: "warning",
				text: "llm is not installed on this machine, and there is no Python 3 to install it with",
			},
		]);
	});

	it("tells an llm that does not start from a missing one", async () => {
		world = await bareWorld();
		await world.program(
			"llm",
			"#!/bin/sh\necho 'No module named httpx' >&2\nexit 1\n",
		);
		expect((await look())["llm.command"]).toEqual([
			{
				level: "warning",
				text: "llm is installed on this machine but does not start: No module named httpx",
			},
		]);
	});

	it("looks no further into an llm that is a wrapper, and tells what it says", async () => {
		world = await bareWorld();
		await world.program(
			"llm",
			`#!/bin/sh
case $* in
--version) echo "llm, version 0.36" ;;
"logs path") echo /there/logs.db ;;
plugins) echo "[]" ;;
*) echo "Error: no" >&2; exit 1 ;;
esac
`,
		);
		expect(await look()).toEqual({
			"llm.command": ok(expect.stringMatching(/^llm 0\.36 /)),
			"llm.plugins": ok("no llm plugins"),
			"llm.models": [{ level: "warning", text: "llm models list: no" }],
			"llm.keys": [],
		});
	});
});

/** A world with a shell and its tools, but no Python and no llm. */
async function bareWorld(): Promise<World> {
	return makeWorld({
		tools: ["sh", "head", "tr", "dirname", "uname"],
		systemPrograms: false,
	});
}
