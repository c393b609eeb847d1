import { execFileSync } from "node:child_process";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
	copyLlamaOrch,
	llorchSession,
	realTest,
	type Session,
} from "@llorch/testkit";
import { makeSshWorld, type SshHost, startTcpProxy } from "@llorch/testkit/ssh";
import { afterAll, beforeAll, describe, expect } from "vitest";

/** The small llama-orch on another machine, whose cargo is not on the PATH of a login without a terminal. */
let world: Awaited<ReturnType<typeof makeSshWorld>>;
let gpu1: SshHost;
let llorch: Session;
const FAR = "/home/far/llama orch";
const slow = { killAfter: 120_000 };

beforeAll(async () => {
	world = await makeSshWorld({
		hosts: { gpu1: { node: true, rust: true } },
		env: { LLORCH_REMOTE_PATH: "~/llama orch" },
	});
	gpu1 = world.hosts.gpu1 as SshHost;
	const folder = join(gpu1.home, "llama orch");
	await copyLlamaOrch(folder);
	const origin = join(gpu1.home, "origin.git");
	const git = (...args: string[]) =>
		execFileSync("git", ["-C", folder, ...args], {
			env: { ...world.env, GIT_CONFIG_GLOBAL: world.path("~/.gitconfig") },
			stdio: "pipe",
		});
	git("init", "--quiet");
	git("add", "--all");
	git("commit", "--quiet", "--message", "Start");
	git("init", "--quiet", "--bare", origin);
	git("remote", "add", "origin", "../origin.git");
	git("push", "--quiet", "--set-upstream", "origin", "main");
	writeFileSync(join(folder, "tiny.gguf"), "model");
	llorch = llorchSession(world);
	const setup = await llorch("remote setup gpu1", slow);
	expect(setup, setup.stderr).toMatchObject({ code: 0 });
}, 120_000);
afterAll(() => world.dispose());

const far = (path: string) => join(gpu1.home, "llama orch", path);

describe("with --remote", () => {
	realTest(
		["sshd", "cargo"],
		"build worker: the bar and the path are here, the program is there",
		async () => {
			const run = await llorch("build worker cpu --remote gpu1", slow);
			expect(run, run.stderr).toMatchObject({
				stdout: `${FAR}/target/release/llorch-cpu-candled\n`,
				code: 0,
			});
			expect(run.stderr).toMatch(
				/llorch-cpu-candled {2}4 of 4 {2}100 %\nllorch-cpu-candled \(release\): \d+ kB, 4 units in /,
			);
			expect(
				await llorch("build orchestrator --debug --remote gpu1", slow),
			).toMatchObject({ stdout: `${FAR}/target/debug/orchestratord\n` });
			expect(
				await llorch("build pool-manager --debug --remote gpu1", slow),
			).toMatchObject({ code: 0 });
		},
		120_000,
	);

	realTest(
		["sshd", "cargo"],
		"test: a failing test ends here with exit code 1, by name, with its output; a compile error shows the compiler's text",
		async () => {
			expect(
				await llorch("test all --backend cpu --remote gpu1", slow),
			).toMatchObject({ code: 0 });
			const path = far("bin/llorch-candled/tests/team_009_smoke.rs");
			const before = readFileSync(path, "utf8");
			appendFileSync(path, '\n#[test]\nfn far() { panic!("too far"); }\n');
			const failed = await llorch(
				"test smoke --backend cpu --remote gpu1",
				slow,
			);
			expect(failed.code).toBe(1);
			expect(failed.stdout).toMatch(/^test team_009_smoke\tfailed\t2\t1\t0\t/);
			expect(failed.stderr).toContain("too far");
			expect(failed.stderr).toContain(
				"1 test failed: test team_009_smoke: far",
			);
			const json = await llorch(
				"test smoke --backend cpu --remote gpu1 --json",
				slow,
			);
			expect(JSON.parse(json.stdout)).toMatchObject({
				exit: 1,
				result: { passed: 2, failed: 1 },
				error: { code: "LLORCH_TESTS_FAILED" },
			});
			appendFileSync(path, "fn wrong() -> u8 { true }\n");
			const wrong = await llorch(
				"test smoke --backend cpu --remote gpu1",
				slow,
			);
			expect(wrong).toMatchObject({ stdout: "", code: 1 });
			expect(wrong.stderr).toContain("error[E0308]: mismatched types");
			expect(wrong.stderr).toContain("LLORCH_BUILD_FAILED");
			writeFileSync(path, before);
			expect(
				await llorch("test unit --backend cpu --remote gpu1", slow),
			).toMatchObject({ code: 0 });
			expect(
				await llorch("test integration --backend cpu --remote gpu1", slow),
			).toMatchObject({ code: 0 });
		},
		120_000,
	);

	realTest(
		["sshd", "cargo"],
		"test inference: the story comes here as it is told there, and the log stays there",
		async () => {
			const line = "test inference cpu --model ./tiny.gguf --max-tokens 4";
			const run = await llorch(`${line} --remote gpu1`, slow);
			expect(run, run.stderr).toMatchObject({
				stdout: "Once upon a time was ein Bär 🐻\n",
				code: 0,
			});
			expect(run.stderr).toContain("Log: /home/far/.local/state/llorch/");
			expect((await llorch("test logs --remote gpu1")).stdout).toContain(
				"  Once upon a time was ein Bär",
			);
			expect((await llorch("test logs")).stdout).toBe("");
			const info = await llorch("dev info cpu --remote gpu1");
			expect(info.stdout).toMatch(/\$ rustc --version\nrustc \d/);
			expect(await gpu1.quiet(2000)).toEqual([]);
		},
		60_000,
	);

	realTest(
		["sshd", "cargo"],
		"dev all runs every step there",
		async () => {
			const run = await llorch(
				"dev all --backend cpu --model ./tiny.gguf --remote gpu1",
				slow,
			);
			expect(run, run.stderr).toMatchObject({ code: 0 });
			expect(run.stdout).toMatch(
				/pull\tok\t.*\tmain: nothing new\nbuild\tok\t.*\ntest\tok\t.*12 passed, 1 ignored\ninference\tok\t.*50 tokens/,
			);
		},
		120_000,
	);

	realTest(
		["sshd", "cargo"],
		"Ctrl-C ends the worker there, and so does a link that is lost",
		async () => {
			const line =
				"test inference cpu --model ./tiny.gguf --max-tokens 999999 --remote";
			const run = llorch.start(`${line} gpu1`, slow);
			await run.waitFor("upon", "stdout");
			run.kill("SIGINT");
			expect((await run.done).code).toBe(130);
			expect(await gpu1.quiet(10_000)).toEqual([]);

			await using proxy = await startTcpProxy(gpu1.port);
			await world.write({
				"~/.config/llorch/config.toml": `version = 1\n[remote]\nssh_config = "${world.sshConfig}"\nlease = 5\n[remote.hosts.cut]\nhost = "127.0.0.1"\nport = ${proxy.port}\nuser = "root"\n`,
			});
			writeFileSync(
				world.knownHosts,
				`[127.0.0.1]:${gpu1.port} ${gpu1.publicKey}\n[127.0.0.1]:${proxy.port} ${gpu1.publicKey}\n`,
			);
			const lost = llorch.start(`${line} cut`, slow);
			await lost.waitFor("upon", "stdout");
			proxy.cut();
			expect((await lost.done).code).not.toBe(0);
			expect(await gpu1.quiet(20_000)).toEqual([]);
		},
		120_000,
	);
});
