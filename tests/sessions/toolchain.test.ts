import { rm } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import {
	llorchSession,
	llorchTty,
	makeRustWorld,
	programSession,
	realTest,
	type Session,
	type World,
} from "@llorch/testkit";
import { afterAll, afterEach, beforeAll, describe, expect } from "vitest";

/** The real llorch, the real cargo, a real worker. */
let world: World;
let llorch: Session;

beforeAll(async () => {
	world = await makeRustWorld({
		env: { LLORCH_TEST_MODEL_PATH: "tiny.gguf" },
		files: { "tiny.gguf": "model" },
	});
	llorch = llorchSession(world);
	await llorch("build worker cpu", { killAfter: 120_000 });
}, 120_000);
afterAll(() => world.dispose());
afterEach(async () => {
	expect(await world.processes()).toEqual([]);
});

const slow = { killAfter: 120_000 };

describe("build", () => {
	realTest(["cargo"], "worker: the path is the answer", async () => {
		const run = await llorch("build worker cpu", slow);
		expect(run).toMatchObject({
			stdout: `${world.path("target/release/llorch-cpu-candled")}\n`,
			code: 0,
		});
		expect(run.stderr).toMatch(
			/^llorch-cpu-candled {2}4 of 4 {2}100 %\nllorch-cpu-candled \(release\): \d+ kB, up to date\n$/,
		);
	});

	realTest(["cargo"], "orchestrator and pool-manager", async () => {
		for (const [word, binary] of [
			["orchestrator", "orchestratord"],
			["pool-manager", "pool-managerd"],
		])
			expect(await llorch(`build ${word} --debug`, slow)).toMatchObject({
				stdout: `${world.path(`target/debug/${binary}`)}\n`,
				code: 0,
			});
		expect(
			await llorch("build orchestrator", {
				...slow,
				env: { LLORCH_REPO_ROOT: world.home },
			}),
		).toMatchObject({
			code: 1,
			stdout: "",
			stderr: expect.stringContaining("LLORCH_NO_WORKSPACE"),
		});
	});

	realTest(
		["cargo"],
		"a compile error shows the compiler's text, and is exit code 1",
		async () => {
			await world.write({
				"bin/orchestratord/src/main.rs":
					'fn main() { let x: u8 = "größer"; }\n',
			});
			const run = await llorch("build orchestrator", slow);
			expect(run).toMatchObject({ stdout: "", code: 1 });
			expect(run.stderr).toContain("error[E0308]: mismatched types");
			expect(run.stderr).toContain('fn main() { let x: u8 = "größer"; }');
			expect(run.stderr).toContain("(LLORCH_BUILD_FAILED)");
			const json = await llorch("build orchestrator --json", slow);
			expect(JSON.parse(json.stdout)).toMatchObject({
				ok: false,
				error: {
					code: "LLORCH_BUILD_FAILED",
					details: { output: expect.stringContaining("mismatched types") },
				},
			});
			await world.write({ "bin/orchestratord/src/main.rs": "fn main() {}\n" });
		},
	);

	realTest(
		["cargo"],
		"warnings are as many as cargo counts, in a build and in tests of several targets",
		async () => {
			const files = [
				"bin/llorch-candled/src/lib.rs",
				"bin/llorch-candled/tests/team_009_smoke.rs",
			];
			const before = await Promise.all(files.map((file) => world.read(file)));
			const [lib = "", smoke = ""] = before;
			await world.write({
				"bin/llorch-candled/src/lib.rs": `${lib}\nfn unused_a() {}\nfn unused_b() {}\n`,
				"bin/llorch-candled/tests/team_009_smoke.rs": `${smoke}\nfn unused() {}\n`,
			});
			const cargo = programSession(world, { file: "cargo", args: [] });
			const crate = ["--manifest-path", "bin/llorch-candled/Cargo.toml"];
			const cpu = ["--features", "cpu", "--target-dir", "by hand"];
			for (const [byHand, line] of [
				[["build", "--bin", "llorch-cpu-candled"], "build worker cpu --debug"],
				[["test", "--no-run"], "test all --backend cpu"],
			] as const) {
				const { stderr } = await cargo([...byHand, ...crate, ...cpu], slow);
				const run = await llorch(`${line} --json`, slow);
				const { warnings } = JSON.parse(run.stdout).result;
				expect(warnings, stderr).toBeGreaterThan(0);
				expect(warnings, stderr).toBe(countWarnings(stderr));
			}
			await world.write(
				Object.fromEntries(files.map((file, at) => [file, before[at] ?? ""])),
			);
		},
		120_000,
	);

	realTest(
		["cargo"],
		"the process that holds cargo's lock is named",
		async () => {
			await llorch("build orchestrator", slow);
			const holder = await holdLock("target/release/.cargo-lock");
			const build = llorch.start("build orchestrator", slow);
			await build.waitFor(
				`process ${holder.pid} (flock target/release/.cargo-lock`,
				"stderr",
			);
			holder.endInput();
			expect((await build.done).code).toBe(0);
			await holder.done;
		},
	);

	realTest(
		["cargo"],
		"where cargo's configuration names a target, the same: the lock is named, the worker found",
		async () => {
			const rustc = programSession(world, { file: "rustc", args: [] });
			const { stdout } = await rustc(["-vV"]);
			const triple = /^host: (.*)$/m.exec(stdout)?.[1] ?? "";
			const env = {
				CARGO_BUILD_TARGET: triple,
				CARGO_TARGET_DIR: world.path("cross"),
			};
			expect(await llorch("build worker cpu", { ...slow, env })).toMatchObject({
				stdout: `${world.path("cross", triple, "release/llorch-cpu-candled")}\n`,
				code: 0,
			});
			const told = await llorch("test inference cpu --max-tokens 1", {
				...slow,
				env,
			});
			expect(told, told.stderr).toMatchObject({ code: 0 });

			const lock = `cross/${triple}/release/.cargo-lock`;
			const holder = await holdLock(lock);
			const build = llorch.start("build worker cpu", { ...slow, env });
			await build.waitFor(`process ${holder.pid} (flock ${lock}`, "stderr");
			holder.endInput();
			expect((await build.done).code).toBe(0);
			await holder.done;
		},
	);

	realTest(
		["cargo"],
		"another cargo that compiles is named, and not one of its children",
		async () => {
			await world.write({
				"bin/pool-managerd/build.rs":
					'fn main() { std::fs::write("../../compiling", "").unwrap(); std::process::Command::new("sleep").arg("1000").status().unwrap(); }\n',
			});
			const other = programSession(world, { file: "cargo", args: [] }).start(
				["build", "--release", "--package", "pool-managerd"],
				slow,
			);
			await until(async () => (await world.tree()).includes("compiling"));
			const build = llorch.start("build orchestrator", slow);
			await build.waitFor(/process \d+ \(\S*cargo build --release/, "stderr");
			other.kill("SIGKILL");
			await other.done;
			await until(async () => {
				const left = (await world.processes()).filter(({ command }) =>
					/sleep|build-script/.test(command),
				);
				for (const { pid } of left) killIfThere(pid);
				return left.length === 0;
			});
			expect(await build.done).toMatchObject({
				code: 0,
				stderr: expect.stringContaining(`process ${other.pid} (`),
			});
			await world.write({ "bin/pool-managerd/build.rs": "fn main() {}\n" });
		},
	);

	realTest(["cargo"], "Ctrl-C ends a clean", async () => {
		const cargo = `${world.env.PATH?.split(":")[0]}/cargo`;
		// Of the real one nobody can tell when it is in the middle of it.
		await world.program(
			"cargo",
			`#!/bin/sh\ncase "$*" in clean) echo begun > begun; sleep 1000 ;; *) exec '${cargo}' "$@" ;; esac\n`,
		);
		const run = llorch.start("build clean --force", {
			...slow,
			env: { PATH: `${world.path("../bin")}:${world.env.PATH}` },
		});
		await until(async () => (await world.tree()).includes("begun"));
		run.kill("SIGINT");
		expect(await run.done).toMatchObject({ code: 130, stdout: "" });
		expect(await world.processes()).toEqual([]);
		await rm(world.path("../bin/cargo"));
	});

	realTest(
		["cargo"],
		"Ctrl-C ends cargo and the compiler, and says so",
		async () => {
			await world.write({
				"bin/pool-managerd/build.rs":
					'fn main() { std::fs::write("../../building", "").unwrap(); std::process::Command::new("sleep").arg("1000").status().unwrap(); }\n',
			});
			const run = llorch.start("build pool-manager", slow);
			await until(async () => (await world.tree()).includes("building"));
			run.kill("SIGINT");
			expect(await run.done).toMatchObject({ code: 130, stdout: "" });
			await world.write({ "bin/pool-managerd/build.rs": "fn main() {}\n" });
		},
	);
});

describe("test", () => {
	realTest(
		["cargo"],
		"passing tests are exit code 0, a failing one 1, by name",
		async () => {
			expect(await llorch("test all --backend cpu", slow)).toMatchObject({
				code: 0,
				stdout: expect.stringMatching(/^lib llorch_candled\tpassed\t7\t0\t1\t/),
			});
			const failed = await llorch("test unit --backend cpu", {
				...slow,
				env: { FIXTURE_FAIL: "1" },
			});
			expect(failed.code).toBe(1);
			expect(failed.stderr).toMatch(
				/\nlib llorch_candled: tests::switchable\n {4}about to look at the switch\n[\s\S]*\nerror: 1 test failed: lib llorch_candled: tests::switchable \(LLORCH_TESTS_FAILED\)\n$/,
			);
		},
	);

	realTest(
		["cargo"],
		"a wait for cargo's lock between two targets is told",
		async () => {
			await world.write({ "lock gate/.keep": "" });
			const words = "-- --target-dir ../../tests --profile test";
			const run = llorch.start(`test all --backend cpu ${words}`, {
				...slow,
				env: { FIXTURE_TEST_GATE: world.path("lock gate") },
			});
			await until(async () =>
				(await world.tree("lock gate")).includes("waiting"),
			);
			const holder = await holdLock("tests/debug/.cargo-lock");
			await world.write({ "lock gate/go": "" });
			await run.waitFor(`process ${holder.pid} (flock tests/`, "stderr");
			holder.endInput();
			expect((await run.done).code).toBe(0);
			await holder.done;
		},
	);

	realTest(["cargo"], "Ctrl-C in a running test leaves nothing", async () => {
		await world.write({ "gate/.keep": "" });
		const run = llorch.start("test unit --backend cpu", {
			...slow,
			env: { FIXTURE_TEST_GATE: world.path("gate") },
		});
		await until(async () => (await world.tree("gate")).includes("waiting"));
		run.kill("SIGINT");
		expect(await run.done).toMatchObject({ code: 130, stdout: "" });
	});
});

describe("test inference", () => {
	const STORY = "Once upon a time was ein Bär 🐻\n";
	const COMMAND = "test inference cpu --max-tokens 4";

	realTest(
		["cargo"],
		"two at once both work, however the answer arrives",
		async () => {
			const runs = await Promise.all([
				llorch(COMMAND, slow),
				llorch(COMMAND, { ...slow, env: { FIXTURE_SPLIT: "1" } }),
			]);
			for (const run of runs)
				expect(run).toMatchObject({ stdout: STORY, code: 0 });
			const logs = await llorch("test logs cpu -n 2");
			expect(logs.stdout.match(/^ok$/gm)).toHaveLength(2);
		},
	);

	realTest(
		["cargo"],
		"a worker that dies shows its log, and logs shows it again",
		async () => {
			const run = await llorch(COMMAND, {
				...slow,
				env: { FIXTURE_DIE: "start" },
			});
			expect(run).toMatchObject({ stdout: "", code: 1 });
			expect(run.stderr).toContain("[worker] Error: cannot load the model");
			expect(run.stderr).toContain("(LLORCH_WORKER_DIED)");
			const logs = await llorch("test logs");
			expect(logs.stdout).toContain("| Error: cannot load the model");
		},
	);

	for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"] as const)
		realTest(
			["cargo"],
			`${signal} in the middle of the answer leaves no worker`,
			async () => {
				const run = llorch.start(COMMAND, {
					...slow,
					// A stubborn child makes the end take as long as it may; once is enough.
					env: {
						FIXTURE_NEVER: "1",
						FIXTURE_STUBBORN: signal === "SIGINT" ? "1" : "",
					},
				});
				await run.waitFor("was", "stdout");
				run.kill(signal);
				const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129, SIGKILL: null };
				expect((await run.done).code).toBe(codes[signal]);
				await until(async () => (await world.processes()).length === 0);
				const { stdout } = await llorch("test logs");
				expect(stdout).toMatch(
					signal === "SIGKILL" ? /^killed$/m : /^failed: /m,
				);
				expect(stdout).toContain("answer:\n  Once upon a time was");
			},
		);

	realTest(["cargo"], "a reader that leaves ends it", async () => {
		const run = llorch.start("test inference cpu --max-tokens 200000", slow);
		await run.waitFor("upon", "stdout");
		run.closeOutput();
		expect((await run.done).code).toBe(141);
	});
});

realTest(
	["cargo", "git"],
	"dev all stops at the first failure, leaves nothing on Ctrl-C, and shows the story whole",
	async () => {
		await using repository = await makeRustWorld({ git: true });
		await repository.git("init", "--quiet", "--bare", "../origin");
		await repository.git("remote", "add", "origin", "../origin");
		await repository.git("push", "--quiet", "--set-upstream", "origin", "main");
		const all = llorchSession(repository);
		const absent = await all("dev all --backend cpu", slow);
		// Before a pull and a long build.
		expect(absent).toMatchObject({ code: 1, stdout: "" });
		expect(absent.stderr).toContain("tinyllama");
		expect(absent.stderr).not.toContain("== pull");
		await repository.write({ "tiny.gguf": "" });
		const run = await all("dev all --backend cpu --model ./tiny.gguf", {
			...slow,
			env: { FIXTURE_FAIL_SMOKE: "1", CARGO_TARGET_DIR: world.path("target") },
		});
		expect(run.code).toBe(1);
		expect(run.stdout).toMatch(
			/^pull\tok\t.*\tmain: nothing new\nbuild\tok\t.*llorch-cpu-candled\ntest\tfailed\t.*1 test failed: .*no_smoke_without_fire\ninference\tnot run\t\t\n$/,
		);
		expect(run.stderr).toContain("it burns");
		const unknown = await all("dev all --backend cpu --model none.gguf", {
			...slow,
			env: { CARGO_TARGET_DIR: world.path("target") },
		});
		// Before a long build.
		expect(unknown).toMatchObject({ code: 2, stdout: "" });
		const good = await all("dev all --backend cpu --model ./tiny.gguf", {
			...slow,
			env: { CARGO_TARGET_DIR: world.path("target") },
		});
		expect(good).toMatchObject({ code: 0 });
		const left = all.start("dev all --backend cpu --model ./tiny.gguf", {
			...slow,
			env: { CARGO_TARGET_DIR: world.path("target"), FIXTURE_NEVER: "1" },
		});
		await left.waitFor("was", "stdout");
		left.kill("SIGINT");
		expect((await left.done).code).toBe(130);
		expect(await repository.processes()).toEqual([]);

		const { screen, code } = await llorchTty(
			repository,
			"dev all --backend cpu --model ./tiny.gguf",
			{ env: { CARGO_TARGET_DIR: world.path("target") }, columns: 200 },
		).done;
		expect(code).toBe(0);
		// In one piece: no bar comes over the story.
		expect(screen).toContain("Once upon a time was ein Bär 🐻 größer was");
		expect(good.stdout).toContain("Once upon a time was ein");
	},
);

realTest(
	["cargo", "git"],
	"dev all builds with the configuration that it has pulled",
	async () => {
		await using repository = await makeRustWorld({ git: true });
		await repository.git("init", "--quiet", "--bare", "../origin");
		await repository.git("remote", "add", "origin", "../origin");
		await repository.git("push", "--quiet", "--set-upstream", "origin", "main");
		await repository.write({
			".llorch.toml": '[toolchain]\nworker_crate = "bin/elsewhere"\n',
		});
		await repository.git("add", ".llorch.toml");
		await repository.git("commit", "--quiet", "--message", "Move the worker");
		await repository.git("push", "--quiet");
		await repository.git("reset", "--quiet", "--hard", "HEAD~1");
		await repository.write({ "tiny.gguf": "" });
		const run = await llorchSession(repository)(
			"dev all --backend cpu --model ./tiny.gguf",
			slow,
		);
		expect(run.stdout).toMatch(/^pull\tok\t.*1 commit\nbuild\tfailed\t/);
		expect(run.stderr).toContain("bin/elsewhere");
	},
);

/** Another cargo, as far as locks go. */
async function holdLock(path: string) {
	const holder = programSession(world, { file: "flock", args: [] }).start(
		[path, "sh", "-c", "echo held; cat"],
		{ stdin: "open" },
	);
	await holder.waitFor("held");
	return holder;
}

/** In cargo's own summary lines; what it calls a duplicate stands in another one already. */
function countWarnings(stderr: string): number {
	const summaries = stderr.matchAll(
		/generated (\d+) warnings?(?: \((\d+) duplicates?\))?/g,
	);
	return [...summaries].reduce(
		(sum, [, all, duplicates]) => sum + Number(all) - Number(duplicates ?? 0),
		0,
	);
}

async function until(condition: () => Promise<boolean>): Promise<void> {
	while (!(await condition())) await delay(20);
}

/** One may have ended because the other did. */
function killIfThere(pid: number): void {
	try {
		process.kill(pid, "SIGKILL");
	} catch {}
}
