import { execFileSync } from "node:child_process";
import {
	appendFileSync,
	chmodSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { llorchTty, realTest } from "@llorch/testkit";
import { startTcpProxy } from "@llorch/testkit/ssh";
import { afterAll, beforeAll, expect } from "vitest";
import { FAR, type FarLlamaOrch, makeFarLlamaOrch } from "./far-llama-orch.ts";

let there: FarLlamaOrch;
beforeAll(async () => {
	there = await makeFarLlamaOrch();
}, 120_000);
afterAll(() => there.world.dispose());

const slow = { killAfter: 120_000 };

realTest(
	["sshd", "cargo"],
	"build: the bar reaches its total, warnings are cargo's, a wrong line is shown as rustc shows it",
	async () => {
		const { llorch, far } = there;
		for (const [word, binary] of [
			["orchestrator", "orchestratord"],
			["pool-manager", "pool-managerd"],
		]) {
			const built = await llorch(`build ${word} --remote gpu1`, slow);
			expect(built, built.stderr).toMatchObject({
				code: 0,
				stdout: `${FAR}/target/release/${binary}\n`,
			});
			const bar = [
				...built.stderr.matchAll(/^\S.* {2}(\d+) of (\d+) {2}\d+ %$/gm),
			].at(-1);
			expect(bar?.[1]).toBe(bar?.[2]);
		}
		const path = far("bin/orchestratord/src/main.rs");
		const before = readFileSync(path, "utf8");
		appendFileSync(path, "fn unused_a() {}\nfn unused_b() {}\n");
		const warned = await llorch("build orchestrator --remote gpu1", slow);
		expect(warned.stderr).toContain("generated 2 warnings");
		expect(warned.stderr).toMatch(/\(release\): .*, 2 warnings/);
		appendFileSync(path, 'fn wrong() -> u8 { "größer" }\n');
		const wrong = await llorch("build orchestrator --remote gpu1", slow);
		expect(wrong).toMatchObject({ code: 1, stdout: "" });
		expect(wrong.stderr).toContain("error[E0308]: mismatched types");
		expect(wrong.stderr).toContain('fn wrong() -> u8 { "größer" }');
		expect(wrong.stderr).toContain("(LLORCH_BUILD_FAILED)");
		writeFileSync(path, before);
	},
	120_000,
);

realTest(
	["sshd", "cargo"],
	"the process over there that holds cargo's lock is named",
	async () => {
		const { llorch, gpu1 } = there;
		await llorch("build orchestrator --remote gpu1", slow);
		const holder = llorch.start(
			[
				...["remote", "exec", "gpu1", "--"],
				`cd '${FAR}' && flock target/release/.cargo-lock sh -c 'echo held; cat'`,
			],
			{ stdin: "open" },
		);
		await holder.waitFor("held", "stdout");
		const build = llorch.start("build orchestrator --remote gpu1", slow);
		await build.waitFor(
			/process \d+ \(flock .*\) holds cargo's lock on the artifact directory/,
			"stderr",
		);
		holder.endInput();
		await holder.done;
		expect((await build.done).code).toBe(0);
		expect(await gpu1.quiet(2_000)).toEqual([]);
	},
	120_000,
);

realTest(
	["sshd", "cargo"],
	"Ctrl-C ends a build over there, and a running test",
	async () => {
		const { llorch, gpu1, far } = there;
		const script = far("bin/pool-managerd/build.rs");
		const test = far("bin/llorch-candled/tests/team_009_smoke.rs");
		const before = readFileSync(test, "utf8");
		const wait = `std::fs::write("${FAR}/began", "").unwrap(); std::process::Command::new("sleep").arg("1000").status().unwrap();`;
		writeFileSync(script, `fn main() { ${wait} }\n`);
		appendFileSync(test, `\n#[test]\nfn sleeps() { ${wait} }\n`);
		for (const line of [
			"build pool-manager --remote gpu1",
			"test smoke --backend cpu --remote gpu1",
		]) {
			const run = llorch.start(line, slow);
			while (!existsSync(far("began"))) await delay(20);
			run.kill("SIGINT");
			expect(await run.done, line).toMatchObject({ code: 130, stdout: "" });
			expect(await gpu1.quiet(10_000), line).toEqual([]);
			rmSync(far("began"));
		}
		rmSync(script);
		writeFileSync(test, before);
	},
	120_000,
);

realTest(
	["sshd", "cargo"],
	"workers over there: two at once both work, and one that dies shows its log",
	async () => {
		const { llorch, gpu1, far } = there;
		await llorch("build worker cpu --remote gpu1", slow);
		const line =
			"test inference cpu --model ./tiny.gguf --max-tokens 4 --remote gpu1";
		const both = await Promise.all([llorch(line, slow), llorch(line, slow)]);
		for (const run of both)
			expect(run, run.stderr).toMatchObject({
				stdout: "Once upon a time was ein Bär 🐻\n",
				code: 0,
			});
		const worker = far("target/release/llorch-cpu-candled");
		// Another file: cargo has a second name for the one that it built.
		rmSync(worker);
		writeFileSync(worker, "#!/bin/sh\necho cannot load it >&2\nexit 3\n");
		chmodSync(worker, 0o755);
		const died = await llorch(line, slow);
		expect(died).toMatchObject({ code: 1, stdout: "" });
		expect(died.stderr).toContain("cannot load it");
		expect(died.stderr).toContain("(LLORCH_WORKER_DIED)");
		rmSync(worker);
		expect(await gpu1.quiet(2_000)).toEqual([]);
	},
	120_000,
);

realTest(
	["sshd", "cargo"],
	"a failing test over there ends here with exit code 1, by name, with its output",
	async () => {
		const path = there.far("bin/llorch-candled/tests/team_009_smoke.rs");
		const before = readFileSync(path, "utf8");
		appendFileSync(path, '\n#[test]\nfn far() { panic!("too far"); }\n');
		const line = "test smoke --backend cpu --remote gpu1";
		const failed = await there.llorch(`${line} --junit report.xml`, slow);
		expect(failed.code).toBe(1);
		expect(failed.stdout).toMatch(/^test team_009_smoke\tfailed\t2\t1\t0\t/);
		expect(failed.stderr).toContain("too far");
		expect(failed.stderr).toContain("1 test failed: test team_009_smoke: far");
		expect(readFileSync(there.far("report.xml"), "utf8")).toContain(
			'tests="3" failures="1"',
		);
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

realTest(
	["sshd", "python3"],
	"dev setup asks here, works over there, and is taken back there",
	async () => {
		const { world, gpu1 } = there;
		const listing = () =>
			readdirSync(gpu1.home, { recursive: true, encoding: "utf8" })
				.filter((path) => !path.startsWith(".local/state/llorch/"))
				.sort();
		const answer = async (line: string, question: RegExp) => {
			const run = llorchTty(world, line, { columns: 200 });
			await run.waitFor(question);
			run.send("y\r");
			expect(await run.done).toMatchObject({ code: 0, restored: true });
		};
		// llorch's own state is there from the first command on.
		await there.llorch("dev setup --dry-run --remote gpu1");
		const before = listing();
		await answer(
			"dev setup --skip model --skip python --remote gpu1",
			/configuration: write \/home\/far\/.config\/llorch\/config.toml.*\?/,
		);
		expect(listing()).toContain(".config/llorch/config.toml");
		await answer(
			"dev setup --undo --remote gpu1",
			/This goes:\n {2}\/home\/far\/.config\/llorch\/config.toml\n[\s\S]*\?/,
		);
		expect(listing()).toEqual(before);
	},
	60_000,
);

realTest(
	["sshd"],
	"dev doctor --fix: what is safe is run over there",
	async () => {
		const { llorch, far, gpu1, world } = there;
		// So that nothing is installed from the network.
		const bin = join(gpu1.home, ".local", "bin");
		mkdirSync(bin, { recursive: true });
		for (const tool of ["llm", "hf"])
			writeFileSync(join(bin, tool), "#!/bin/sh\n", { mode: 0o755 });
		const config = join(gpu1.home, ".gitconfig");
		writeFileSync(config, '[protocol "file"]\n\tallow = always\n');
		const git = (...args: string[]) =>
			execFileSync("git", ["-C", far("."), ...args], {
				env: { ...world.env, GIT_CONFIG_GLOBAL: config },
				stdio: "pipe",
			});
		const origin = join(gpu1.home, "origin.git");
		git("submodule", "--quiet", "add", origin, "sub");
		git("submodule", "--quiet", "deinit", "--all", "--force");

		const planned = "dev doctor --fix --dry-run --remote gpu1";
		expect((await llorch(planned, slow)).stdout).toContain("submodules");
		expect(existsSync(far("sub/Cargo.toml"))).toBe(false);
		const run = await llorch("dev doctor --fix --remote gpu1 --json", slow);
		const { fixes } = JSON.parse(run.stdout).result;
		expect(fixes).toMatchObject([{ check: "submodules", status: "done" }]);
		expect(existsSync(far("sub/Cargo.toml"))).toBe(true);
		git("rm", "--quiet", "--force", "sub", ".gitmodules");
		rmSync(config);
		rmSync(bin, { recursive: true });
	},
	120_000,
);
