import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { chmod, mkdir, realpath, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Chunk, capture, type RunSpec } from "@llorch/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createLocalRunner } from "./local-runner.ts";
import { parseProcStat } from "./process-identity.ts";

const PATH = "/usr/bin:/bin";
let folder: string;

beforeEach(async () => {
	folder = await realpath(mkdtempSync(join(tmpdir(), "run a ")));
});
afterEach(() => {
	rmSync(folder, { recursive: true, force: true });
});

function makeRunner(killAfterMs = 5000) {
	return createLocalRunner({ env: { PATH }, cwd: folder, killAfterMs });
}

const sh = (script: string, rest: Partial<RunSpec> = {}): RunSpec => ({
	file: "sh",
	args: ["-c", script],
	...rest,
});

async function program(name: string, text: string, mode = 0o755) {
	const path = join(folder, name);
	await writeFile(path, text);
	await chmod(path, mode);
	return path;
}

async function until(condition: () => boolean | Promise<boolean>) {
	while (!(await condition()))
		await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Resolves when a value has stopped changing. */
async function settled(read: () => unknown) {
	let before = read();
	for (let quiet = 0; quiet < 10; quiet++) {
		await new Promise((resolve) => setTimeout(resolve, 10));
		if (read() !== before) quiet = 0;
		before = read();
	}
}

/** A zombie is not alive: some machines take their time to bury orphans. */
function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		if (process.platform !== "linux") return true;
		return !parseProcStat(readFileSync(`/proc/${pid}/stat`, "utf8")).zombie;
	} catch {
		return false;
	}
}

const readPid = (name: string) =>
	Number(readFileSync(join(folder, name), "utf8"));

describe("a program that runs", () => {
	test("tells its exit code and both streams", async () => {
		expect(
			await capture(makeRunner(), sh("echo out; echo err >&2; exit 3")),
		).toEqual({ stdout: "out\n", stderr: "err\n", result: { exitCode: 3 } });
	});

	test("tells the signal that ended it", async () => {
		const { result } = await capture(makeRunner(), sh("kill -USR1 $$"));
		expect(result).toEqual({ signal: "SIGUSR1" });
	});

	test("gets its words as they are", async () => {
		const { stdout } = await capture(makeRunner(), {
			file: "printf",
			args: ["<%s>", "", "a b", "$HOME", "'", "*", "-n", "\n"],
		});
		expect(stdout).toBe("<><a b><$HOME><'><*><-n><\n>");
	});

	test("has its bytes left untouched", async () => {
		const running = await makeRunner().start(
			sh("printf '\\377\\000\\303'; printf '\\251\\n'"),
		);
		const bytes: number[] = [];
		for await (const chunk of running.output) bytes.push(...chunk.bytes);
		expect(bytes).toEqual([0xff, 0x00, 0xc3, 0xa9, 0x0a]);
	});

	test("gets the runner's environment, its own, and nothing else but the guardian's mark", async () => {
		const runner = createLocalRunner({
			env: { PATH, A: "runner", B: "runner", GONE: undefined },
			cwd: folder,
		});
		const { stdout } = await capture(runner, {
			file: "env",
			args: [],
			env: { B: "spec", C: "spec" },
		});
		const names = Object.fromEntries(
			stdout
				.trim()
				.split("\n")
				.map((line) => line.split("=")),
		);
		expect(names).toEqual({
			PATH,
			A: "runner",
			B: "spec",
			C: "spec",
			__LLORCH_START: expect.any(String),
		});
	});

	test("is found by the runner's PATH, or its spec's", async () => {
		await mkdir(join(folder, "bin"));
		await mkdir(join(folder, "other"));
		await program("bin/tool", "#!/bin/sh\necho bin\n");
		await program("other/tool", "#!/bin/sh\necho other\n");
		const runner = createLocalRunner({
			env: { PATH: join(folder, "bin") },
			cwd: folder,
		});
		const spec = { file: "tool", args: [] };
		expect((await capture(runner, spec)).stdout).toBe("bin\n");
		const env = { PATH: join(folder, "other") };
		expect((await capture(runner, { ...spec, env })).stdout).toBe("other\n");
	});

	test("runs in the runner's folder, or in one relative to it", async () => {
		await mkdir(join(folder, "sub dir"));
		await program("sub dir/here", "#!/bin/sh\npwd\n");
		const runner = makeRunner();
		const pwd = async (spec: RunSpec) =>
			(await capture(runner, spec)).stdout.trim();
		expect(await pwd(sh("pwd"))).toBe(folder);
		expect(await pwd(sh("pwd", { cwd: "sub dir" }))).toBe(
			join(folder, "sub dir"),
		);
		expect(await pwd({ file: "./here", args: [], cwd: "sub dir" })).toBe(
			join(folder, "sub dir"),
		);
	});

	test("may be a script that names no interpreter", async () => {
		await program("plain", "echo $0 $1\n");
		const spec = { file: "./plain", args: ["word"] };
		expect((await capture(makeRunner(), spec)).stdout).toMatch(/plain word\n$/);
	});

	test("tells its end also to one who does not read", async () => {
		const running = await makeRunner().start(sh("echo unread"));
		expect(await running.done).toEqual({ exitCode: 0 });
	});
});

describe("a program that cannot run", () => {
	const failure = (spec: RunSpec) =>
		makeRunner()
			.start(spec)
			.then(
				() => expect.unreachable(),
				(error) => error.info,
			);

	test("is not found", async () => {
		expect(await failure({ file: "no-such-program", args: [] })).toEqual({
			code: "LLORCH_PROGRAM_NOT_FOUND",
			message:
				"the program no-such-program was not found in any folder of PATH",
			details: { file: "no-such-program", path: PATH },
		});
		expect(await failure({ file: "./nothing", args: [] })).toMatchObject({
			code: "LLORCH_PROGRAM_NOT_FOUND",
			message: "the program ./nothing does not exist",
		});
		expect(await failure({ file: "", args: [] })).toMatchObject({
			code: "LLORCH_PROGRAM_NOT_FOUND",
		});
	});

	test("is not in the default folders when the environment has no PATH", async () => {
		const runner = createLocalRunner({ env: {}, cwd: folder });
		await expect(
			runner.start({ file: "no-such-program", args: [] }),
		).rejects.toThrow("was not found");
	});

	test("is not executable, or a folder", async () => {
		const path = await program("plain", "text", 0o644);
		expect(await failure({ file: "./plain", args: [] })).toEqual({
			code: "LLORCH_PROGRAM_NOT_RUNNABLE",
			message: `${path} could not be started: it is not an executable file`,
			details: { file: "./plain", path },
		});
		expect(await failure({ file: "/usr/bin/", args: [] })).toMatchObject({
			code: "LLORCH_PROGRAM_NOT_RUNNABLE",
		});
	});

	test("has no interpreter", async () => {
		const path = await program("moved", "#!/no/such/python\n");
		expect(await failure({ file: "./moved", args: [] })).toMatchObject({
			code: "LLORCH_PROGRAM_NOT_RUNNABLE",
			message: `${path} could not be started: the interpreter that its first line names does not exist`,
		});
	});

	test("has too many words", async () => {
		const args = Array.from({ length: 40 }, () => "x".repeat(100_000));
		expect(await failure({ file: "true", args })).toMatchObject({
			code: "LLORCH_PROGRAM_NOT_RUNNABLE",
			message: expect.stringMatching(
				/arguments and environment are too large$/,
			),
		});
	});

	test("has no folder", async () => {
		expect(await failure(sh("pwd", { cwd: "missing" }))).toEqual({
			code: "LLORCH_FOLDER_NOT_FOUND",
			message: `the folder ${join(folder, "missing")} does not exist, so sh could not be run in it`,
			details: { folder: join(folder, "missing"), file: "sh" },
		});
		await program("file", "");
		expect(await failure(sh("pwd", { cwd: "file" }))).toMatchObject({
			code: "LLORCH_FOLDER_NOT_FOUND",
			message: expect.stringContaining("is not a folder"),
		});
	});
});

describe("input", () => {
	async function* source(...texts: string[]) {
		for (const text of texts) yield new TextEncoder().encode(text);
	}
	const cat = { file: "cat", args: [] };

	test("is empty and at its end unless given", async () => {
		expect((await capture(makeRunner(), cat)).stdout).toBe("");
	});

	test("is the spec's text", async () => {
		const text = "é\n".repeat(200_000);
		const { stdout } = await capture(makeRunner(), { ...cat, stdin: text });
		expect(stdout).toBe(text);
	});

	test("is the live stream, when there is one", async () => {
		const stdin = source("one ", "two");
		const spec = { ...cat, stdin: "not this" };
		expect((await capture(makeRunner(), spec, { stdin })).stdout).toBe(
			"one two",
		);
	});

	test("may be left unread, and the source is told", async () => {
		let closed = false;
		async function* endless() {
			try {
				for (;;) yield new Uint8Array(65_536);
			} finally {
				closed = true;
			}
		}
		const run = await capture(
			makeRunner(),
			{ file: "head", args: ["-c", "3"] },
			{ stdin: endless() },
		);
		expect(run).toMatchObject({ stdout: "\0\0\0", result: { exitCode: 0 } });
		await until(() => closed);
		const text = "x".repeat(1_000_000);
		expect(
			(await capture(makeRunner(), sh("exit 4", { stdin: text }))).result,
		).toEqual({ exitCode: 4 });
	});

	test("is taken only as fast as the program reads", async () => {
		let given = 0;
		async function* much() {
			for (; given < 1000; given++) yield new Uint8Array(65_536);
		}
		const running = await makeRunner().start(
			sh("echo started; until [ -e go ]; do sleep 0.01; done; wc -c"),
			{ stdin: much() },
		);
		let text = "";
		for await (const { bytes } of running.output) {
			text += Buffer.from(bytes).toString();
			if (text !== "started\n") continue;
			await settled(() => given);
			expect(given).toBeLessThan(20);
			await program("go", "");
		}
		expect(text.replaceAll(" ", "")).toBe(`started\n${1000 * 65_536}\n`);
	});

	test("that breaks off ends the program and is told by the output", async () => {
		async function* broken() {
			yield new Uint8Array(3);
			throw new Error("the network went away");
		}
		const running = await makeRunner().start(cat, { stdin: broken() });
		await expect(async () => {
			for await (const _ of running.output);
		}).rejects.toThrow("the network went away");
		expect(await running.done).toEqual({ aborted: true });
	});
});

describe("output", () => {
	test("comes in the order in which it was written", async () => {
		const script =
			"echo 1; read -r _; echo 2 >&2; read -r _; echo 3; read -r _; echo 4 >&2";
		let next = () => {};
		async function* answers() {
			for (let i = 0; i < 3; i++) {
				await new Promise<void>((resolve) => {
					next = resolve;
				});
				yield new TextEncoder().encode("go on\n");
			}
		}
		const running = await makeRunner().start(sh(script), { stdin: answers() });
		const seen: string[] = [];
		for await (const { stream, bytes } of running.output) {
			seen.push(`${stream} ${Buffer.from(bytes).toString().trim()}`);
			next();
		}
		expect(seen).toEqual(["out 1", "err 2", "out 3", "err 4"]);
	});

	test.each([
		["out", ""],
		["err", " >&2"],
	])("of one stream flows while the other is quiet: %s", async (stream, to) => {
		const running = await makeRunner().start(
			sh(`head -c 3000000 /dev/zero${to}`),
		);
		const sizes = { out: 0, err: 0 };
		for await (const chunk of running.output)
			sizes[chunk.stream] += chunk.bytes.length;
		expect(sizes).toEqual({ out: 0, err: 0, [stream]: 3_000_000 });
	});

	test("that is not read stops the program", async () => {
		const running = await makeRunner().start(
			sh(
				"n=0; while :; do head -c 1000000 /dev/zero; n=$((n+1)); echo $n > blocks; done",
			),
		);
		const chunks = running.output[Symbol.asyncIterator]();
		await chunks.next();
		const written = () =>
			existsSync(join(folder, "blocks"))
				? readFileSync(join(folder, "blocks"), "utf8")
				: "";
		await settled(written);
		// One pipe (1 MiB at most) and one stream buffer.
		expect(Number(written())).toBeLessThan(3);
		await chunks.return?.();
		expect(await running.done).toEqual({ aborted: true });
	});

	test("of 200 MB through a slow reader does not fill the memory", async () => {
		const running = await makeRunner().start(sh("head -c 200000000 /dev/zero"));
		const before = process.memoryUsage.rss();
		let total = 0;
		let most = 0;
		for await (const { bytes } of running.output) {
			if (total % 1000 < 10) await new Promise((r) => setTimeout(r, 1));
			total += bytes.length;
			most = Math.max(most, process.memoryUsage.rss() - before);
		}
		expect(total).toBe(200_000_000);
		expect(most).toBeLessThan(100_000_000);
	});

	test("is whole although the reader was late", async () => {
		const running = await makeRunner().start(
			sh("head -c 20000 /dev/zero; head -c 20000 /dev/zero >&2"),
		);
		await running.done;
		const late = performance.now() + 400;
		while (performance.now() < late);
		let total = 0;
		for await (const { bytes } of running.output) total += bytes.length;
		expect(total).toBe(40_000);
	});

	test("ends with the program although something in the background holds the pipe", async () => {
		const running = await makeRunner().start(
			sh("sleep 60 & echo $! > pid; echo done"),
		);
		const chunks: Chunk[] = [];
		for await (const chunk of running.output) chunks.push(chunk);
		expect(Buffer.concat(chunks.map(({ bytes }) => bytes)).toString()).toBe(
			"done\n",
		);
		expect(await running.done).toEqual({ exitCode: 0 });
		expect(isAlive(readPid("pid"))).toBe(true);
		process.kill(readPid("pid"));
	});

	test("with wholeGroup, what a program leaves in the background is ended with it", async () => {
		const running = await makeRunner(50).start(
			sh("trap '' TERM; sleep 60 & echo $! > pid; exit 3"),
			{ wholeGroup: true },
		);
		expect(await running.exited).toEqual({ exitCode: 3 });
		expect(await running.done).toEqual({ exitCode: 3 });
		expect(isAlive(readPid("pid"))).toBe(false);
	});

	test("ends although something in the background writes without end", async () => {
		const running = await makeRunner().start(sh("yes & echo $! > pid"));
		let total = 0;
		for await (const { bytes } of running.output) total += bytes.length;
		expect(await running.done).toEqual({ exitCode: 0 });
		expect(total).toBeGreaterThan(0);
		// The closed pipe ended it.
		await until(() => !isAlive(readPid("pid")));
	});
});

describe("ending", () => {
	const STUBBORN = `
		trap '' TERM
		(trap '' TERM; echo $(exec sh -c 'echo $PPID') > grandchild; while :; do sleep 0.05; done) </dev/null >/dev/null 2>&1 &
		until [ -s grandchild ]; do sleep 0.01; done
		echo ready
		while :; do sleep 0.05; done`;

	test("a timeout ends the whole group, also what ignores TERM and holds no pipe", async () => {
		const running = await makeRunner(200).start(
			sh(STUBBORN, { timeoutMs: 300 }),
		);
		for await (const _ of running.output);
		expect(await running.done).toEqual({ timedOut: true });
		expect(isAlive(readPid("grandchild"))).toBe(false);
	});

	test("an abort ends the whole group", async () => {
		const controller = new AbortController();
		const running = await makeRunner(200).start(sh(STUBBORN), {
			signal: controller.signal,
		});
		for await (const _ of running.output) controller.abort();
		expect(await running.done).toEqual({ aborted: true });
		expect(isAlive(readPid("grandchild"))).toBe(false);
	});

	test("a reader that leaves ends the whole group", async () => {
		const running = await makeRunner(200).start(sh(STUBBORN));
		for await (const _ of running.output) break;
		expect(isAlive(readPid("grandchild"))).toBe(false);
		expect(await running.done).toEqual({ aborted: true });
	});

	test("what outlives the first process still gets its time", async () => {
		const running = await makeRunner().start(
			sh(
				`(trap 'sleep 0.2; echo tidy > tidied; exit' TERM; echo ready; while :; do sleep 0.01; done) &
				wait`,
			),
		);
		for await (const _ of running.output) break;
		expect(await running.done).toEqual({ aborted: true });
		expect(readFileSync(join(folder, "tidied"), "utf8")).toBe("tidy\n");
	});

	test("a stopped program ends too", async () => {
		const running = await makeRunner(60_000).start(
			sh("echo stopping; kill -STOP $$", { timeoutMs: 100 }),
		);
		for await (const _ of running.output);
		expect(await running.done).toEqual({ timedOut: true });
	});

	test("an abort before the start starts nothing", async () => {
		const run = await capture(makeRunner(), sh("echo ran > ran"), {
			signal: AbortSignal.abort(),
		});
		expect(run).toEqual({ stdout: "", stderr: "", result: { aborted: true } });
		expect(existsSync(join(folder, "ran"))).toBe(false);
	});

	test("an abort during the start ends what was started", async () => {
		const controller = new AbortController();
		const starting = makeRunner().start(sh("sleep 60"), {
			signal: controller.signal,
		});
		controller.abort();
		expect(await (await starting).done).toEqual({ aborted: true });
	});

	test("an abort after the end changes nothing", async () => {
		const controller = new AbortController();
		const running = await makeRunner().start(sh("sleep 60 & echo $! > pid"), {
			signal: controller.signal,
		});
		expect(await running.done).toEqual({ exitCode: 0 });
		controller.abort();
		expect(await running.done).toEqual({ exitCode: 0 });
		expect(isAlive(readPid("pid"))).toBe(true);
		process.kill(readPid("pid"));
	});

	test("a limit longer than timers can count is no limit", async () => {
		const spec = sh("echo done", { timeoutMs: 2 ** 31 });
		expect((await capture(makeRunner(), spec)).result).toEqual({ exitCode: 0 });
	});

	test("many programs share one signal without a warning", async () => {
		const warnings: Error[] = [];
		const onWarning = (warning: Error) => warnings.push(warning);
		process.on("warning", onWarning);
		const { signal } = new AbortController();
		const runner = makeRunner();
		await Promise.all(
			Array.from({ length: 20 }, () => capture(runner, sh(":"), { signal })),
		);
		process.off("warning", onWarning);
		expect(warnings).toEqual([]);
	});
});
