import { delimiter } from "node:path";
import {
	makeRustWorld,
	makeWorld,
	realTest,
	type World,
} from "@llorch/testkit";
import { makeSshWorld } from "@llorch/testkit/ssh";
import { expect, test } from "vitest";
import type { Diagnosis } from "../src/app/doctor/diagnosis.ts";
import { llorch } from "./session.ts";

async function check(world: World, env: Readonly<Record<string, string>> = {}) {
	const run = await llorch("dev check --json", {
		home: world.home,
		cwd: world.folder,
		env: { ...world.env, ...env },
	});
	const { result } = JSON.parse(run.stdout) as { result: Diagnosis };
	const of = (id: string) => {
		const found = result.checks.find((each) => each.id === id);
		return found?.findings.map(({ level, text }) => `${level}: ${text}`);
	};
	return { code: run.code, of, counts: result.counts };
}

realTest(
	["cargo"],
	"dev check: the crates, binaries and tests that [toolchain] names",
	async () => {
		await using world = await makeRustWorld({ git: true });
		const well = await check(world);
		expect(well.code).toBe(0);
		expect(well.of("toolchain")).toEqual([
			"ok: the worker is bin/llorch-candled",
		]);
		expect(well.of("repository")).toEqual([`ok: ${world.folder}`]);
		expect(well.of("hosts")).toEqual([]);
		await world.write({
			".llorch.toml":
				'version = 1\n[toolchain]\nworker_binary = "w-{backend}"\nsmoke_tests = ["team_009"]\n',
		});
		const wrong = await check(world);
		expect(wrong.code).toBe(1);
		expect(wrong.of("toolchain")).toEqual([
			...["cpu", "cuda", "metal"].map((backend) =>
				expect.stringContaining(`the binary w-${backend}, and the crate`),
			),
			expect.stringContaining("the test target team_009, and the crate"),
		]);
		await world.write({
			".llorch.toml": 'version = 1\n[toolchain]\nworker_crate = "bin/none"\n',
		});
		expect((await check(world)).of("toolchain")).toEqual([
			expect.stringMatching(/^warning: this repository has no worker/),
		]);
		await world.write({ ".llorch.toml": "version = 1\n[tolchain]\n" });
		const broken = await check(world);
		expect(broken.of("config")).toEqual([
			expect.stringContaining('unknown key "tolchain"'),
		]);
		expect(broken.of("toolchain")).toEqual([
			"ok: the worker is bin/llorch-candled",
		]);
		expect(broken.of("repository")).toEqual([]);
	},
);

realTest([], "dev check: a repository that is not there", async () => {
	await using world = await makeRustWorld();
	const env = { LLORCH_REPO_ROOT: "~/gone" };
	const { code, of } = await check(world, env);
	expect(code).toBe(1);
	expect(of("repository")).toEqual([
		`error: general.repo_root is ~/gone, and there is no folder ${world.home}/gone`,
	]);
	// Outside of any repository.
	const outside = await check(world, { PATH: ["/usr/bin"].join(delimiter) });
	expect(outside.of("repository")).toEqual([
		"ok: outside of any repository: models and hosts work all the same",
	]);
});

realTest(["sshd"], "dev check: every host with a profile", async () => {
	await using world = await makeSshWorld({ hosts: { mac: {} } });
	await world.write({
		"~/.config/llorch/config.toml": `version = 1\n[remote]\nssh_config = "${world.sshConfig}"\n[remote.hosts.mac]\n[remote.hosts.off]\nhost = "127.0.0.1"\nport = 1\n[remote.hosts.stranger]\nhost = "127.0.0.1"\nport = ${world.hosts.mac?.port}\n`,
	});
	const { code, of } = await check(world);
	expect(of("hosts")).toEqual([
		"ok: mac can be reached",
		expect.stringMatching(/^error: .*off.* refused/),
		"ok: stranger can be reached",
	]);
	expect(code).toBe(1);
	await world.write({ "~/.ssh/known_hosts": "" });
	expect((await check(world)).of("hosts")?.[0]).toMatch(/^error: .*mac/);
});

test.each(["dev check", "dev doctor"])(
	"%s: the old name of a key is a finding, and told once",
	async (line) => {
		await using world = await makeWorld({
			git: true,
			files: {
				".llorch.toml": 'version = 1\n[general]\nmodel_base_dir = "x"\n',
			},
		});
		const { stdout, stderr } = await llorch(line, {
			home: world.home,
			cwd: world.folder,
			env: world.env,
		});
		const note =
			".llorch.toml:3: general.model_base_dir is now models.base_dir";
		expect(stdout).toContain(`warning\tconfig\t${note}`);
		expect(stderr).not.toContain(note);
	},
);

test("dev check: the model of test inference", async () => {
	await using world = await makeWorld({
		git: true,
		files: { "tiny.gguf": "model" },
	});
	const model = async (LLORCH_TEST_MODEL_PATH?: string) => {
		const env =
			LLORCH_TEST_MODEL_PATH === undefined ? {} : { LLORCH_TEST_MODEL_PATH };
		const { code, of } = await check(world, env);
		return [code, ...(of("test-model") ?? [])];
	};
	// The default, which nobody has asked for.
	expect(await model()).toEqual([0]);
	expect(await model("/nope/none.gguf")).toEqual([
		1,
		"error: worker.test_model is /nope/none.gguf: there is no model at /nope/none.gguf",
	]);
	expect(await model("no-such")).toEqual([
		1,
		expect.stringMatching(/^error: worker.test_model is no-such: /),
	]);
	expect(await model("qwen")).toEqual([
		0,
		"warning: worker.test_model is qwen: qwen is not on this machine",
	]);
	expect(await model("./tiny.gguf")).toEqual([
		0,
		`ok: test inference runs ${world.path("tiny.gguf")}`,
	]);
});
