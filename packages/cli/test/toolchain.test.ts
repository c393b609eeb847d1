import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { fakeToolchain } from "./fake-toolchain.ts";
import { llorch, type SessionOptions, temporaryHome } from "./session.ts";

function fake(options: SessionOptions = {}) {
	const toolchain = fakeToolchain();
	return {
		asked: toolchain.asked,
		run: (line: string | readonly string[], more: SessionOptions = {}) =>
			llorch(line, {
				...options,
				...more,
				parts: { toolchain: async () => toolchain },
			}),
	};
}

test("build worker prints the program's path, and the rest beside it", async () => {
	const { run, asked } = fake();
	expect(await run("build worker cpu --debug --target-dir t")).toEqual({
		stdout: "/repo/target/release/llorch-cpu-candled\n",
		stderr: `Updating crates.io index
warning: unused \`ä\`
llorch-cpu-candled  29 of 29  100 %
llorch-cpu-candled (release): 4.21 MB, 2 warnings, 29 units in 12.3 s
`,
		code: 0,
	});
	expect(await run("build worker --quiet")).toMatchObject({
		stdout: "/repo/target/release/llorch-cpu-candled\n",
		stderr: "warning: unused `ä`\n",
	});
	expect(asked).toEqual([
		{ backend: "cpu", debug: true, targetDirectory: "t" },
		{ backend: undefined, debug: false, targetDirectory: undefined },
	]);
});

test("build worker --json", async () => {
	const { stdout } = await fake().run("build worker cpu --json");
	expect(JSON.parse(stdout)).toEqual({
		ok: true,
		exit: 0,
		result: {
			crate: "llorch-candled",
			binary: "llorch-cpu-candled",
			backend: "cpu",
			profile: "release",
			path: "/repo/target/release/llorch-cpu-candled",
			bytes: 4_210_000,
			warnings: 2,
			units: 29,
			fresh: false,
			durationMs: 12_300,
		},
	});
});

test("a backend that does not exist is a wrong command line", async () => {
	expect(await fake().run("build worker rocm")).toEqual({
		stdout: "",
		stderr: `error: llorch build worker: invalid value for backend: expected one of "cpu", "cuda", or "metal" (got "rocm")
  next: llorch build worker --help
`,
		code: 2,
	});
	expect((await fake().run("test unit --backend rocm")).code).toBe(2);
});

test("build orchestrator where there is none", async () => {
	expect(await fake().run("build orchestrator")).toMatchObject({
		stdout: "",
		stderr: expect.stringContaining("this repository has no orchestrator"),
		code: 1,
	});
	expect((await fake().run("build pool-manager")).code).toBe(1);
});

test("build clean says what goes, and asks", async () => {
	const { run } = fake();
	expect(await run("build clean --force")).toEqual({
		stdout: "",
		stderr: "deleted /repo/target: 738 files, 79.6MiB\n",
		code: 0,
	});
	const refused = await run("build clean");
	expect(refused.code).toBe(2);
	expect(refused.stderr).toContain("This goes: 738 files, 79.6MiB.");
	expect(refused.stderr).toContain("--force");
	const answered = await run("build clean", {
		tty: { columns: 80 },
		answers: ["n"],
	});
	expect(answered.code).toBe(1);
	expect(stripVTControlCharacters(answered.stderr)).toContain(
		"Delete /repo/target? [y/N]",
	);
});

test("a failed test ends with exit code 1, and is named with its output at the end", async () => {
	const { run, asked } = fake();
	expect(
		await run("test all --backend cpu --filter a --junit r.xml -- --release"),
	).toEqual({
		stdout: `lib llorch_candled	failed	1	1	1	250 ms
test team_009_smoke	crashed	0	0	0	5 ms
`,
		stderr: `warning: lib llorch_candled: bad failed

lib llorch_candled: bad
    why
    red
    end


test team_009_smoke crashed (signal: 6, SIGABRT)
    last words

1 passed, 1 failed, 1 target crashed, 1 ignored, 2 warnings (cpu, 2.1 s)
error: 1 test failed: lib llorch_candled: bad; 1 target crashed: test team_009_smoke (LLORCH_TESTS_FAILED)
`,
		code: 1,
	});
	expect(asked).toEqual([
		{
			suite: "all",
			backend: "cpu",
			filter: "a",
			junit: "r.xml",
			words: ["--release"],
		},
	]);
});

test("failing tests in JSON are a result and an error", async () => {
	const { stdout, code } = await fake().run("test smoke --json");
	const envelope = JSON.parse(stdout);
	expect(code).toBe(1);
	expect(envelope).toMatchObject({
		ok: false,
		exit: 1,
		error: { code: "LLORCH_TESTS_FAILED" },
		result: {
			passed: 1,
			failed: 1,
			ignored: 1,
			crashed: 1,
			targets: [
				{
					kind: "lib",
					name: "llorch_candled",
					status: "failed",
					tests: [
						{ name: "good", status: "passed" },
						{ name: "bad", status: "failed" },
						{ name: "slow", status: "ignored" },
					],
				},
				{ status: "crashed" },
			],
		},
	});
});

test("each suite is its own; a word before the dashes is no word for cargo", async () => {
	const { run, asked } = fake();
	for (const suite of ["unit", "integration", "smoke", "all"]) {
		await run(`test ${suite}`);
		expect(asked.at(-1)).toMatchObject({ suite, words: [] });
	}
	await run("test unit -- -j 2 -- --nocapture");
	expect(asked.at(-1)).toMatchObject({
		words: ["-j", "2", "--", "--nocapture"],
	});
	expect(await run("test unit sampling -- -j 2")).toEqual({
		stdout: "",
		stderr: `error: llorch test unit does not know what to do with "sampling"
  To run tests with it in their name: llorch test unit --filter sampling
  next: llorch test unit --help
`,
		code: 2,
	});
});

test("test inference prints the story as it comes, and its speed beside it", async () => {
	const { run, asked } = fake();
	expect(await run("test inference cpu")).toEqual({
		stdout: "Once upon größer\n",
		stderr: `3 tokens: the first after 140 ms, then 23.1 tokens/s (ready after 2.1 s)
Log: /state/inference/a/worker.log
`,
		code: 0,
	});
	await run([
		..."test inference --debug --model tiny --device 1 --port 4711 -p".split(
			" ",
		),
		"Es war einmal",
	]);
	expect(asked).toEqual([
		{
			backend: "cpu",
			model: undefined,
			device: undefined,
			port: undefined,
			prompt: "Once upon a time",
			maxTokens: 50,
			debug: false,
		},
		{
			backend: undefined,
			model: "tiny",
			device: 1,
			port: 4711,
			prompt: "Es war einmal",
			maxTokens: 20,
			debug: true,
		},
	]);
	expect((await run("test inference cpu --port 0")).code).toBe(2);
	const { stdout } = await run("test inference cpu --json --max-tokens 3");
	expect(JSON.parse(stdout)).toEqual({
		ok: true,
		exit: 0,
		result: {
			backend: "cpu",
			binary: "/repo/target/release/llorch-cpu-candled",
			model: "/models/tiny.gguf",
			prompt: "Once upon a time",
			text: "Once upon größer",
			tokens: 3,
			readyMs: 2100,
			firstTokenMs: 140,
			tokensPerSecond: 23.14,
			log: "/state/inference/a/worker.log",
		},
	});
});

test("test logs shows the last runs", async () => {
	const { run, asked } = fake();
	expect(await run("test logs cpu -n 2 --lines 10")).toEqual({
		stdout: `2026-01-02T03-04-05Z-cpu
failed: the worker ended
worker: /repo/target/release/llorch-cpu-candled on port 4711
model:  /models/tiny.gguf
log:    /state/inference/a/worker.log
  | loading
  | Error: no memory
answer:
  Once upon

2026-01-02T03-04-04Z-cpu
log:    /state/inference/b/worker.log
`,
		stderr: "",
		code: 0,
	});
	expect(asked).toEqual([{ backend: "cpu", runs: 2, lines: 10 }]);
	expect(await llorch("test logs")).toEqual({
		stdout: "",
		stderr:
			"no worker has been tried out here yet: llorch test inference does it\n",
		code: 0,
	});
});

test("dev info says what each program said", async () => {
	const { run, asked } = fake();
	expect(await run("dev info cuda")).toEqual({
		stdout: `$ uname -a
Linux vm
more
$ nvcc --version
(not found)
`,
		stderr: "",
		code: 0,
	});
	expect(asked).toEqual([{ backend: "cuda" }]);
});

test.each([
	["build worker ", "cpu\n"],
	["test unit --backend ", "metal\n"],
	["test inference --model ", "tinyllama\n"],
	["test inference c", "cuda\n"],
])("completion of %j", async (line, offer) => {
	const { stdout } = await llorch(["__complete", "--", ...line.split(" ")]);
	expect(stdout.replaceAll(/\t.*$/gm, "")).toContain(offer);
});

test("the configuration of the old tool still loads", async () => {
	const home = temporaryHome();
	mkdirSync(`${home}/.git`);
	writeFileSync(`${home}/.llorch.toml`, "[build]\ncuda = true\n");
	const { run } = fake({ home });
	const shown = await run("config show");
	expect(shown.stdout).toContain('build.default_backend\t"cuda"\n');
	expect(shown.stderr).toContain(
		'.llorch.toml:2: build.cuda is now build.default_backend = "cuda"',
	);
	rmSync(home, { recursive: true });
});
