import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { realTest } from "@llorch/testkit";
import { startTcpProxy } from "@llorch/testkit/ssh";
import { afterAll, beforeAll, expect } from "vitest";
import { type FarLlamaOrch, makeFarLlamaOrch } from "./far-llama-orch.ts";

let there: FarLlamaOrch;
beforeAll(async () => {
	there = await makeFarLlamaOrch();
}, 120_000);
afterAll(() => there.world.dispose());

const slow = { killAfter: 120_000 };

realTest(
	["sshd", "cargo"],
	"a failing test over there ends here with exit code 1, by name, with its output",
	async () => {
		const path = there.far("bin/llorch-candled/tests/team_009_smoke.rs");
		const before = readFileSync(path, "utf8");
		appendFileSync(path, '\n#[test]\nfn far() { panic!("too far"); }\n');
		const line = "test smoke --backend cpu --remote gpu1";
		const failed = await there.llorch(line, slow);
		expect(failed.code).toBe(1);
		expect(failed.stdout).toMatch(/^test team_009_smoke\tfailed\t2\t1\t0\t/);
		expect(failed.stderr).toContain("too far");
		expect(failed.stderr).toContain("1 test failed: test team_009_smoke: far");
		const json = await there.llorch(`${line} --json`, slow);
		expect(JSON.parse(json.stdout)).toMatchObject({
			exit: 1,
			result: { passed: 2, failed: 1 },
			error: { code: "LLORCH_TESTS_FAILED" },
		});
		appendFileSync(path, "fn wrong() -> u8 { true }\n");
		const wrong = await there.llorch(line, slow);
		expect(wrong).toMatchObject({ stdout: "", code: 1 });
		expect(wrong.stderr).toContain("error[E0308]: mismatched types");
		expect(wrong.stderr).toContain("LLORCH_BUILD_FAILED");
		writeFileSync(path, before);
	},
	120_000,
);

realTest(
	["sshd", "cargo"],
	"Ctrl-C ends the worker over there, and so does a link that is lost",
	async () => {
		const { llorch, gpu1, world } = there;
		await llorch("build worker cpu --remote gpu1", slow);
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
