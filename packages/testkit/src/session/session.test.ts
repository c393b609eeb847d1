import { resolve } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { makeWorld } from "../world.ts";
import { llorchProgram } from "./program.ts";
import { llorchSession, programSession } from "./session.ts";
import { splitWords } from "./words.ts";

const SH = { file: "/bin/sh", args: ["-c"] };

describe("a session", () => {
	test("tells what was printed and how it ended", async () => {
		await using world = await makeWorld();
		const sh = programSession(world, SH);
		expect(await sh(["cat; echo err >&2; exit 3"], { stdin: "in" })).toEqual({
			stdout: "in",
			stderr: "err\n",
			code: 3,
			signal: null,
		});
		expect(await sh(["kill -9 $$"])).toMatchObject({
			code: null,
			signal: "SIGKILL",
		});
	});

	test("has an empty stdin by default", async () => {
		await using world = await makeWorld();
		expect(await programSession(world, SH)(["cat"])).toMatchObject({
			stdout: "",
			code: 0,
		});
	});

	test("takes its own environment and folder", async () => {
		await using world = await makeWorld({ files: { "sub/a": "" } });
		const run = await programSession(world, SH)(["pwd; echo $A-$TZ."], {
			cwd: world.path("sub"),
			env: { A: "a b", TZ: undefined },
		});
		expect(run.stdout).toBe(`${world.path("sub")}\na b-.\n`);
	});

	test("keeps a character that arrives in two pieces", async () => {
		await using world = await makeWorld();
		const sh = programSession(world, SH);
		const run = sh.start(["printf '\\303'; read x; printf '\\251'"], {
			stdin: "open",
		});
		run.write("go\n");
		expect(await run.done).toMatchObject({ stdout: "é" });
	});

	test("waits for output, writes, and ends the input", async () => {
		await using world = await makeWorld();
		const run = programSession(world, SH).start(
			['echo ready >&2; read name; echo "hi $name"; cat'],
			{ stdin: "open" },
		);
		await run.waitFor("ready");
		run.write("bob\n");
		expect((await run.waitFor(/hi (\w+)/, "stdout"))[1]).toBe("bob");
		expect(run.stderr).toBe("ready\n");
		run.endInput();
		expect(await run.done).toMatchObject({ stdout: "hi bob\n", code: 0 });
	});

	test("shows the output when what is waited for never comes", async () => {
		await using world = await makeWorld();
		const sh = programSession(world, SH);
		const both = sh.start(["echo something else"]);
		await expect(both.waitFor("ready")).rejects.toThrow(
			"ready never came; the output was:\nsomething else",
		);
		const one = sh.start(["echo something else"]);
		await expect(one.waitFor("ready", "stderr")).rejects.toThrow("never came");
	});

	test("sends signals to one process or to its group", async () => {
		await using world = await makeWorld();
		const sh = programSession(world, SH);
		const script =
			"trap 'echo parent; exit' INT; (trap 'echo child; exit' INT; echo ready; while :; do sleep 0.02; done) & wait; wait";
		const group = sh.start([script]);
		await group.waitFor("ready");
		group.kill("SIGTERM", { group: true });
		expect(await group.done).toMatchObject({ signal: "SIGTERM" });
		group.kill("SIGTERM", { group: true });
		const one = sh.start(["trap 'echo got; exit 7' INT; echo ready; read x"], {
			stdin: "open",
		});
		await one.waitFor("ready");
		one.kill("SIGINT");
		expect(await one.done).toMatchObject({ stdout: "ready\ngot\n", code: 7 });
	});

	test("closes the output as head does", async () => {
		await using world = await makeWorld();
		const run = programSession(world, SH).start(["while :; do echo y; done"]);
		await run.waitFor("y");
		run.closeOutput();
		expect(await run.done).toMatchObject({ signal: "SIGPIPE" });
	});

	test("is killed when it hangs or is aborted", async () => {
		await using world = await makeWorld();
		const sh = programSession(world, SH);
		const hung = await sh(["trap '' TERM; sleep 1000"], { killAfter: 50 });
		expect(hung).toMatchObject({ signal: "SIGKILL" });
		const aborted = await sh(["sleep 1000"], { signal: AbortSignal.abort() });
		expect(aborted).toMatchObject({ signal: "SIGTERM" });
	});

	test("rejects when there is no such program", async () => {
		await using world = await makeWorld();
		const none = programSession(world, { file: "/no/such/program", args: [] });
		await expect(none([])).rejects.toThrow("ENOENT");
	});

	test("runs llorch", async () => {
		await using world = await makeWorld();
		expect(await llorchSession(world)("--version")).toMatchObject({
			stdout: expect.stringMatching(/^\d+\.\d+\.\d+/),
			stderr: "",
			code: 0,
		});
	});
});

describe("LLORCH_BIN", () => {
	afterEach(() => {
		vi.unstubAllEnvs();
	});

	test.each([undefined, "", "source"])("%j is the source", (choice) => {
		vi.stubEnv("LLORCH_BIN", choice);
		const { file, args } = llorchProgram();
		expect(file).toBe(process.execPath);
		expect(args[0]).toMatch(/packages\/cli\/src\/main\.ts$/);
	});

	test("a path is that program, from here", () => {
		expect(llorchProgram("/bin/sh")).toEqual({ file: "/bin/sh", args: [] });
		expect(llorchProgram("package.json").file).toBe(resolve("package.json"));
	});

	test("names what is built", async () => {
		await using world = await makeWorld({
			files: { "dist/npm/llorch.js": "", "dist/bin/llorch": "" },
		});
		expect(llorchProgram("bundle", world.folder)).toEqual({
			file: process.execPath,
			args: [world.path("dist/npm/llorch.js")],
		});
		expect(llorchProgram("binary", world.folder)).toEqual({
			file: world.path("dist/bin/llorch"),
			args: [],
		});
	});

	test.each(["bundle", "binary", "/no/llorch"])(
		"%s that was not built is an error",
		(choice) => {
			expect(() => llorchProgram(choice, "/nowhere")).toThrow(
				/^LLORCH_BIN asks for .*llorch.*, which is not there: run `npx/,
			);
		},
	);
});

test.each([
	["models list", ["models", "list"]],
	["  a   b ", ["a", "b"]],
	["a 'b c' \"d e\"", ["a", "b c", "d e"]],
	["--x='y z'", ["--x=y z"]],
	["'' \"\"", ["", ""]],
	['"it\'s"', ["it's"]],
])("words of %j", (line, words) => {
	expect(splitWords(line)).toEqual(words);
});
